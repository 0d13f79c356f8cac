"""Input that must not hurt: the rows of every table are files and sheets that somebody might hand in.

The tests put each row before every command that reads it (tests/test_hostile.py); the fuzzers begin with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

NETWORK = """\
inputs: {i1: 0.05, i2: 0.10}
targets: {o1: 0.01}
layers:
  - neurons: [h1, h2]
    activation: sigmoid
    weights:
      - [w1 = 0.15, w2 = 0.20]
      - [w3 = 0.25, w4 = 0.30]
    bias: b1 = 0.35
  - neurons: [o1]
    activation: sigmoid
    weights: [[w5 = 0.40, w6 = 0.45]]
loss: half_squared_error
learning_rate: 0.5
"""
GRAPH = """\
inputs: {x: -2, y: 5}
parameters: {w: 0.5}
graph:
  q: x + y
  f: q * w
objective: f
"""

# ---- files that are none -------------------------------------------------------------------------------------


def _file(data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "problem.yaml"
        path.write_bytes(data)
        return path

    return make


def _sparse(folder: Path) -> Path:
    path = folder / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


def _pipe(folder: Path) -> Path:
    path = folder / "pipe"
    os.mkfifo(path)
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (lambda folder: folder, "a folder"),
    "a pipe that nobody writes to": (_pipe, "not a regular file"),
    "a device that never ends": (lambda _: Path("/dev/zero"), "not a regular file"),
    "a gigabyte": (_sparse, "the limit is"),
    "nothing": (_file(b""), "empty"),
    "spaces": (_file(b"  \n\n"), "empty"),
    "a comment": (_file(b"# nothing\n"), "empty"),
    "null": (_file(b"null\n"), "empty"),
    "a binary": (_file(bytes(range(256))), "UTF-8|NUL"),
    "Latin-1": (_file("title: Übung\n".encode("latin-1")), r":1:8: not a text in UTF-8"),
    "UTF-16": (_file("title: x\n".encode("utf-16")), "UTF-8|NUL"),
    "a NUL": (_file(b"title: x\nloss: \0\n"), r":2:\d+: a NUL"),
    "a control character": (_file(b"title: \x07\n"), r":1:8: "),
}


# ---- files that mean harm ------------------------------------------------------------------------------------


def weight(number: str) -> str:
    return f"inputs: [1]\nlayers: [{{weights: [['{number}']]}}]\n"


def node(formula: str) -> str:
    return f"inputs: {{x: 1, y: 0}}\ngraph:\n  f: {formula}\n"


def activation(formula: str) -> str:
    return f'inputs: [1]\nlayers: [{{weights: [[1]], activation: "{formula}"}}]\n'


def loss(formula: str) -> str:
    return f'inputs: [1]\ntargets: [1]\nlayers: [{{weights: [[1]]}}]\nloss: "{formula}"\n'


CODE = {
    "a call": "__import__('os').system('touch owned')",
    "an attribute": "x.__class__.__mro__[-1].__subclasses__()",
    "open": "open('owned', 'w')",
    "eval": "eval(x)",
    "lambda": "lambda: 0",
    "a comprehension": "[x for x in x]",
    "an f-string": "f'{x}'",
    "an index": "x[0]",
    "a walrus": "(x := 1)",
    "a condition": "1 if x else 0",
    "a string": "'x'*9**9",
    "a backtick": "`touch owned`",
    "a format": "{x.__init__.__globals__}",
    "a dunder": "__builtins__",
}
PLACES = {"a weight": weight, "a node": node, "an activation": activation, "a loss": loss}
BIG = {
    "a tower": "9**9**9",
    "a factorial": "factorial(10**6)",
    "a higher tower": "2^(2^(2^(2^9)))",
    "a tower of e": "exp(exp(exp(9)))",
    "a tower in an exponent": "2^2^2^2^2^2",
    "a root of a tower": "sqrt(9**9**9)",
    "a tower below": "9**-9**9",
    "one over a tower": "1/9^9^9",
    "an exponent of ten million": "1e10000000",
    "an exponent of a million": "1e1000000",
    "a small exponent of a million": "1e-1000000",
    "a hundred thousand digits": "1" * 100_000,
    "a hundred thousand minus signs": "-" * 100_000 + "1",
    "twenty thousand ones": "1" + "+1" * 20_000,
    "three thousand brackets": "(" * 3_000 + "1" + ")" * 3_000,
    "three thousand brackets that never close": "(" * 3_000,
    "three thousand functions": "abs(" * 3_000 + "1" + ")" * 3_000,
    "a power chain": "1.1" + "^1.1" * 3_000,
    "many roots": "sqrt(" * 55 + "2" + ")" * 55,
    "a sine of a tower": "sin(10^4000)",
    "powers of powers": "((((3^9)^9)^9)^9)^9",
    "a tangent at a pole": "tan(pi/2)",
    "the logarithm of nothing": "ln(0)",
    "the root of less than nothing": "sqrt(-1)",
    "nothing by nothing": "0/0",
    "zero to the zero": "0^(1/2 - 1/2 - 1)",
    "zero that hides": "1/(sqrt(2)*sqrt(3) - sqrt(6))",
}
HARMLESS = {"many roots", "a sine of a tower", "powers of powers"}


def bomb(depth: int = 9) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, depth)]
    return "\n".join(lines)


DOCUMENTS = {
    "an alias bomb": bomb(),
    "a list in itself": "a: &a [*a]\n",
    "a mapping in itself": "&a {a: *a}\n",
    "a thousand brackets": "a: " + "[" * 1000 + "]" * 1000,
    "a hundred thousand brackets": "[" * 100_000,
    "a hundred thousand braces": "{" * 100_000,
    "a thousand indents": "\n".join(" " * n + "a:" for n in range(1000)),
    "a million items": "inputs: [" + "1," * 1_000_000 + "1]\nlayers: [{weights: [[1]]}]\n",
    "a million keys": "inputs: {" + ",".join(f"k{n}: 1" for n in range(300_000)) + "}\n",
    "a call by tag": "!!python/object/apply:os.system ['touch owned']\n",
    "a new object by tag": "a: !!python/object/new:subprocess.Popen [['touch', 'owned']]\n",
    "a name by tag": "a: !!python/name:os.system\n",
    "a set by tag": "a: !!set {a, b}\n",
    "a directive": "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system ['touch owned']\n",
    "a name of ten thousand characters": f"inputs: {{{'n' * 10_000}: 1}}\ngraph: {{f: 1}}\n",
    "a name with an escape": 'inputs: {"a\\e[31m": 1}\ngraph: {f: 1}\n',
    "a name that turns the text round": 'inputs: {"a\\u202eb": 1}\ngraph: {f: 1}\n',
    "a key with an escape": '"\\e]0;owned\\a": 1\n',
    "a key with markup": '"[/]": 1\n"[link=http://a.b]": 2\n"[bold": 3\n',
    "a name with markup": 'inputs: {"[/]": 1}\ngraph: {f: 1}\n',
    "a title of a million characters": f"title: {'t' * 1_000_000}\ngraph: {{f: 1}}\n",
    "a million neurons": "inputs: [1]\nlayers: [{neurons: 1000000, activation: relu}]\n",
    "a hundred thousand times two": "inputs: [1]\nlayers: [{neurons: 100000}, {neurons: 100000}]\n",
    "a million epochs": NETWORK + "epochs: 1000000\n",
    "a billion epochs": NETWORK + "epochs: 1000000000\n",
    "an epoch number of a thousand digits": NETWORK + f"epochs: {'9' * 1000}\n",
    "a batch of a thousand digits": NETWORK + f"batch: {'9' * 1000}\n",
    "many places": NETWORK + "rounding: {places: 1000000000}\n",
    "a table above": "samples: ../../../../etc/passwd\nlayers: [{weights: [[1]]}]\n",
    "a table elsewhere": "samples: /etc/passwd\nlayers: [{weights: [[1]]}]\n",
    "a long line with a mistake at its end": "inputs: {" + ", ".join(f"a{n}: 1" for n in range(5_000)) + ", b: 1x}\n",
    "ten thousand mistakes": "\n".join(f"k{n}: 1" for n in range(10_000)) + "\n",
    "a circle": "graph: {a: b, b: c, c: a}\n",
    "a quadratic blow-up": "inputs: {x: 1}\nlayers:\n" + "  - {neurons: 2000}\n" * 8,
    "a graph that doubles": "inputs: {x: 2}\ngraph:\n  a0: x\n"
    + "".join(f"  a{n}: a{n - 1}^a{n - 1}\n" for n in range(1, 60)),
}
REFUSED = {
    **{f"{what} in {place}": make(text) for what, text in CODE.items() for place, make in PLACES.items()},
    **{
        f"{what} in {place}": make(text)
        for what, text in BIG.items()
        if what not in HARMLESS
        for place, make in PLACES.items()
        if place in ("a weight", "a node")
    },
    **DOCUMENTS,
}
VALUES = {
    "a weight of 1e308": weight("1e308"),
    "a net input of -1000 in a sigmoid": "inputs: [1]\nlayers: [{weights: [[-1000]], activation: sigmoid}]\n",
    "a net input of -1000 in a softmax": "inputs: [1]\nlayers: [{weights: [[-1000], [1000]], activation: softmax}]\n",
    "a cross-entropy of e^-2000": "inputs: [1]\ntargets: 0\n"
    "layers: [{weights: [[-1000], [1000]], activation: softmax}]\nloss: cross_entropy\nlearning_rate: 1\n",
    "the sign of what is exactly 0": node("relu(sqrt(2)*sqrt(3) - sqrt(6))"),
    "the larger of two that are equal": node("max(ln(4), 2*ln(2))"),
    "a sum of logarithms that is 0": node("x*(ln(2) + ln(3) - ln(6))"),
    "a graph of many nodes": "inputs: {x: 0.5}\ngraph:\n  a0: x\n"
    + "".join(f"  a{n}: tanh(a{n - 1}) + x\n" for n in range(1, 300)),
    "a learning rate that diverges": NETWORK.replace("rate: 0.5", "rate: 1000000") + "epochs: 30\n",
    "titles that mean something elsewhere": "title: '<script>alert(1)</script> ]]> \\input{/etc/passwd} "
    "=cmd() $x$ {1:SHORTANSWER:=x}'\n" + GRAPH,
    "a thousand outputs": f"inputs: [1]\nlayers: [{{weights: [{', '.join(['[1]'] * 1000)}]}}]\n",
    **{what: node(text) for what, text in BIG.items() if what in HARMLESS},
}
UNSOLVABLE = {  # what only solving notices
    *(f"{what} in {place}" for what in BIG for place in ("a weight", "a node")),
    "a graph that doubles", "a million epochs",
}  # fmt: skip


# ---- names and titles ----------------------------------------------------------------------------------------

MARKUP = {
    "HTML": "<script>alert(1)</script> ]]> <!-- &amp; \"' onload=x",
    "a learning platform": "{1:SHORTANSWER:=x} } ~ # = \\{",
    "LaTeX": "\\input{/etc/passwd} \\write18{touch owned} $x^2$ % _ ^ & \\",
    "Typst": '#read("/etc/passwd") $x$ @ref `raw` *b* <label>',
    "a spreadsheet": "=cmd|' /C calc'!A0",
    "a spreadsheet's sum": "@SUM(1+1)*cmd",
    "Markdown": "[x](javascript:alert(1)) ![i](http://a.b/c.png) # | `",
    "Rich": "[red]x[/] [link=http://a.b]c[/link] [/] :smile: [",
    "Python": '""" + __import__("os").system("touch owned") + """',
    "a template": "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} %(x)s {0.__class__}",
    "a terminal": "\\e[31mred\\e]0;owned\\a",
    "right to left": "\\u202eevil\\u200f",
    "a line break": "one\\ntwo\\rthree",
}
NAMES = ["class", "lambda", "None", "exp", "pi", "w[h1]", "a.b", "__import__", "net", "η", "名", "W", "k'"]


def _titled(text: str) -> str:
    escaped = text.replace('"', '\\"') if "\\e" in text or "\\u" in text or "\\n" in text else None
    quoted = f'"{escaped}"' if escaped is not None else "'" + text.replace("'", "''") + "'"
    return f"title: {quoted}\n" + NETWORK


TITLES = {
    **{f"a title of {what}": _titled(text) for what, text in MARKUP.items()},
    **{f"a neuron called {name}": NETWORK.replace("h1", f"'{name.replace(chr(39), chr(39) * 2)}'") for name in NAMES},
}

# ---- sheets --------------------------------------------------------------------------------------------------

ODD = {
    "nan": "nan", "inf": "inf", "underscores": "1_000", "full width": "０.５", "Arabic digits": "٠.٥",
    "a minus sign": "\N{MINUS SIGN}0.5", "a zero-width space": "0.5\u200b9", "a decimal comma": "0,5",
    "octal": "010", "sexagesimal": "1:30", "no": "no", "a tilde": "~", "a date": "2024-01-01", "a word": "yes",
    "nothing by nothing": "0/0", "an exponent": "1e-3", "a point first": "+.5",
}  # fmt: skip
_ANSWERS = {**CODE, **BIG, **ODD}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


SHEETS = {
    **{f"{what}, YAML": f"student: Ann\nanswers:\n  net_h1: {_quoted(text)}\n" for what, text in _ANSWERS.items()},
    **{f"{what}, JSON": f'{{"answers": {{"net_h1": {_quoted(text)}}}}}' for what, text in _ANSWERS.items()},
    **{f"{what}, CSV": "net_h1," + '"' + text.replace('"', '""') + '"\n' for what, text in _ANSWERS.items()},
    **{f"{what}, bare": f"net_h1: {text}\n" for what, text in ODD.items()},
    **{
        f"a student called {what}": f"student: {_quoted(text)}\nanswers: {{net_h1: 1}}\n"
        for what, text in MARKUP.items()
    },
    **{f"an answer called {what}": f"answers: {{{_quoted(text)}: 1}}\n" for what, text in MARKUP.items()},
    **DOCUMENTS,
}

# ---- what stands beside a problem ----------------------------------------------------------------------------

TABLE = "inputs: [x1]\nsamples: points.csv\nlayers: [{neurons: [y], weights: [[1]]}]\nloss: squared_error\n"
TABLES: dict[str, str | bytes] = {
    **{f"{what} in a cell": f'x1,y\n1,"{text}"\n' for what, text in {**CODE, **BIG}.items() if what not in HARMLESS},
    "a lone carriage return": "x1,y\n1,\r2\r3\n",
    "a cell of two hundred thousand digits": "x1,y\n1," + "1" * 200_000 + "\n",
    "a quote that never ends": 'x1,y\n1,"' + "a\n" * 50_000,
    "a NUL in a table": b"x1,y\n1,\0\n",
    "Latin-1 in a table": "x1,y\n1,Ü\n".encode("latin-1"),
    "a binary for a table": bytes(range(256)),
    "nothing for a table": "",
    "a row of a hundred thousand cells": "x1,y\n" + "1," * 100_000 + "1\n",
    "a column twice": "x1,x1\n1,2\n",
    "an escape in a heading": "x1,\x1b[31my\n1,z\n",
    "too many rows": "x1,y\n" + "1,2\n" * 110_000,
}
NOTATIONS: dict[str, str | bytes] = {
    "what is no TOML": "[symbols\nnet = ",
    "symbols that are a number": "symbols = 3\n",
    "words that are a list": "words = [1]\n",
    "a symbol that is a number": "[symbols]\nnet = 3\n",
    "a word that is a table": "[words]\nnet = {a = 1}\n",
    "a title that is a date": "title = 2024-01-01\n",
    "a sign that is a text": 'negative_delta = "no"\n',
    "a bracket that stays open": '[symbols]\nnet = "_{}x{"\n',
    "brackets the wrong way round": '[symbols]\nnet = "}_{"\n',
    "a field that there is not": '[symbols]\nnet = "{n.__class__}"\n',
    "an escape in a symbol": '[symbols]\nnet = "\\u001b[31m{n}"\n',
    "an escape in a title of a notation": 'title = "\\u001b]0;owned\\u0007"\n',
    "a symbol of a thousand characters": f'[symbols]\nnet = "{"n" * 1000}"\n',
    "a number of five thousand digits": f"negative_delta = {'1' * 5000}\n",
    "a thousand brackets in TOML": f"title = {'[' * 1000}{']' * 1000}\n",
    "a megabyte of notation": "# " + "x" * 1_000_000,
    "Latin-1 in a notation": 'title = "Ü"\n'.encode("latin-1"),
    "a NUL in a notation": b'title = "\0"\n',
    "an unknown key": "import = 'os'\n",
}
