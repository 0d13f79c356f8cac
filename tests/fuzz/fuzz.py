"""Coverage-guided fuzzing of what reads a stranger's text, with atheris.

    pip install atheris                                # for the Pythons that it is made for
    python tests/fuzz/fuzz.py problem                  # or formula, answers, table, notation: ten minutes
    python tests/fuzz/fuzz.py problem -max_total_time=3600
    python tests/fuzz/fuzz.py problem crash-1f3a…      # one finding again
    python tests/fuzz/fuzz.py --replay                 # the corpus of every target, without atheris

Options with one dash are libFuzzer's. It begins with `corpus/TARGET`, the bundled problems and the rows of
tests/support/hostile.py, and keeps what it finds beyond them in the folder that it names. A finding (an exception that
is no refusal, more than half a minute, more than a gigabyte) is written to that folder as well. What was mended goes
into the corpus under a name that says what it was; tests/fuzz/test_fuzz.py replays the corpus among the ordinary tests.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent / "support"), str(HERE)]
MINUTES = 10
LIMITS = {"max_len": "4096", "timeout": "30", "rss_limit_mb": "1024"}
# What the readers know, for a fuzzer that would not guess it; the tables add their names.
WORDS = (  # noqa: SIM905 - a hundred literals are no easier to read
    "inputs targets layers neurons activation weights weights_by_input bias loss learning_rate fixed samples batch "
    "reduce epochs report stop loss_below optimizer graph objective parameters given gradients conventions threshold "
    "delta notation rounding places figures ties ask marks detail letters symbolic starts type kernel size schedule "
    "answers student problem after epoch sample net_h1 out_h1 delta_o1 dE/dw5 w5_new [ ] { } : , - | > & * ! % @ # ' "
    '" 1e9 1/3 0.1 -1 ~ symbols title negative_delta words net = . π σ √ − · ∂E/∂w1 \\t \\u202e'
).split(" ")


def seeds(target: str) -> Iterator[bytes]:
    """What a target begins with, beside its corpus."""
    import hostile

    texts = [*hostile.REFUSED.values(), *hostile.VALUES.values(), *hostile.TITLES.values()]
    texts += [path.read_text("utf-8") for path in (HERE.parent.parent / "problems").glob("*.yaml")]
    match target:
        case "problem":
            yield from (text.encode() for text in texts)
        case "formula":
            yield from (text.encode() for text in (*hostile.CODE.values(), *hostile.BIG.values()))
        case "answers":
            for kind in range(5):
                yield from (bytes([kind]) + text.encode() for text in hostile.SHEETS.values())
        case "notation":
            presets = HERE.parent.parent / "backprop_cli" / "notations"
            yield from (path.read_bytes() for path in presets.glob("*.toml"))


def corpus(target: str) -> list[Path]:
    """The files of the corpus."""
    return sorted(path for path in (HERE / "corpus" / target).iterdir() if path.is_file())


def replay() -> int:
    """Runs every file of the corpus through its target; how many there were."""
    from targets import TARGETS

    count = 0
    for name, run in TARGETS.items():
        for path in corpus(name):
            run(path.read_bytes())
            count += 1
    return count


def fuzz(target: str, options: list[str]) -> None:
    """Fuzzes until the time is over or something is found."""
    import atheris

    with atheris.instrument_imports(include=["backprop_cli"]):
        from targets import TARGETS

    grown = Path(tempfile.gettempdir(), "backprop-fuzz", target)
    grown.mkdir(parents=True, exist_ok=True)
    for data in seeds(target):
        if len(data) <= int(LIMITS["max_len"]):
            (grown / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    words = grown.parent / f"{target}.dict"
    words.write_text("".join(f'"{word}"\n' for word in dictionary()), "utf-8")
    said = {option.lstrip("-").partition("=")[0] for option in options if option.startswith("-")}
    usual = {**LIMITS, "max_total_time": str(MINUTES * 60), "dict": str(words), "artifact_prefix": f"{grown.parent}/"}
    files = [option for option in options if not option.startswith("-")]
    options += [f"-{name}={value}" for name, value in usual.items() if name not in said]
    print(f"what is found goes to {grown.parent}", flush=True)
    atheris.Setup(
        [sys.argv[0], *options, *([] if files else [str(grown), str(HERE / "corpus" / target)])], TARGETS[target]
    )
    atheris.Fuzz()


def dictionary() -> list[str]:
    """The words as libFuzzer reads them."""
    from backprop_cli.algebra.losses import LOSSES
    from backprop_cli.algebra.operations import OPERATIONS
    from backprop_cli.algebra.optimizers import OPTIMIZERS

    words = [*WORDS, *LOSSES, *OPERATIONS, *OPTIMIZERS]
    return ["".join(f"\\x{byte:02x}" for byte in word.encode("utf-8")) for word in dict.fromkeys(words) if word]


def main(arguments: list[str]) -> int:
    """Runs what the arguments say."""
    names = [path.name for path in sorted((HERE / "corpus").iterdir())]
    match arguments:
        case ["--replay"]:
            print(f"{replay()} files, nothing found")
        case [target, *options] if target in names:
            if find_spec("atheris") is None:
                version = ".".join(map(str, sys.version_info[:2]))
                print(f"atheris is not installed (pip install atheris; perhaps not made for Python {version}); "
                      "--replay runs the corpus without it", file=sys.stderr)  # fmt: skip
                return 2
            fuzz(target, options)
        case _:
            print(f"{__doc__}\ntargets: {', '.join(names)}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
