"""The licences of all that a page ships: a list of what is in it, and the text of each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files

from backprop_cli.web.marking import archives
from backprop_cli.web.marking.pinned import FLINT, PYODIDE, PYTHON
from backprop_cli.web.marking.runtime import Runtime

LIST = "README.txt"
_HEAD = """What lies in this page, and under which licence.

The licence of each stands in full in the folder, or below, named like it. Nothing of it was changed but that modules
which the page does not use were left out, and that Python modules may have been compiled.

FLINT, GMP and MPFR are separate libraries (python_flint.libs/*.so in runtime/native.zip), which anybody may replace by
builds of their own with the same names.
"""
_RUNTIME = (  # what the runtime brings: its name, version, licence, and where its source is
    ("Pyodide", PYODIDE.requirement.partition("@")[2], "MPL-2.0", "github.com/pyodide/pyodide"),
    ("Python", PYTHON, "PSF-2.0", "github.com/python/cpython"),
    ("python-flint", FLINT.requirement.partition("==")[2], "MIT", "github.com/flintlib/python-flint"),
    ("FLINT", "3.6.0", "LGPL-3.0-or-later", "github.com/flintlib/flint"),
    ("GMP", "6.3.0", "LGPL-3.0-or-later", "gmplib.org"),
    ("MPFR", "4.2.2", "LGPL-3.0-or-later", "www.mpfr.org"),
)
_TEXTS = {"Pyodide": "MPL-2.0.txt", "Python": "PSF-2.0.txt"}  # which do not come with what they are of
_OF_PACKAGES = {  # of the packages that are written in Python, as they declare it
    "PyYAML": "MIT", "Jinja2": "BSD-3-Clause", "MarkupSafe": "BSD-3-Clause", "rich": "MIT", "pylatexenc": "MIT",
    "markdown-it-py": "MIT", "mdurl": "MIT",
    "sympy": "BSD-3-Clause", "mpmath": "BSD-3-Clause", "backprop-cli": "MIT",
}  # fmt: skip


def licences(runtime: Runtime) -> dict[str, bytes]:
    """The list and every text, by the names of their files."""
    texts = files("backprop_cli.web.marking").joinpath("texts")
    own = {f"{name}/{file}": texts.joinpath(file).read_bytes() for name, file in _TEXTS.items()}
    return {LIST: listing().encode(), **own, **archives.licences(runtime)}


def listing() -> str:
    """What lies in a page: each with its version, its licence, and where its source is."""
    rows = [*_RUNTIME, *_packages()]
    wide = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = ("  ".join([*map(str.ljust, row, wide), row[3]]) for row in rows)
    return f"{_HEAD}\n" + "".join(f"{line}\n" for line in lines)


def _packages() -> Iterator[tuple[str, str, str, str]]:
    for name, licence in _OF_PACKAGES.items():
        yield name, version(name), licence, f"pypi.org/project/{name}"


def in_one(runtime: Runtime) -> str:
    """The list and every text, one below the other."""
    found = {name: data.decode("utf-8", "replace") for name, data in licences(runtime).items()}
    texts = (f"\n\n==== {name} ====\n\n{found[name]}" for name in sorted(found) if name != LIST)
    return found[LIST] + "".join(texts)
