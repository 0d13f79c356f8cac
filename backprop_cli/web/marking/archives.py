"""The archives that the worker unpacks: what is native, without what is never imported, and the program itself."""

from __future__ import annotations

import io
import json
import re
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.finding import bundled, bundled_assignments
from backprop_cli.web.marking.pinned import FLINT, PYODIDE
from backprop_cli.web.marking.runtime import Runtime

Files = dict[str, bytes]
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
_DATE = (1980, 1, 1, 0, 0, 0)  # of every file, so that the same page is the same bytes
_LEVEL = 6  # of compression: 9 takes five times as long for one per cent
_FLINT_MODULES = (
    "pyflint", "flint_base/flint_base", "flint_base/flint_context", "types/fmpz", "types/fmpq", "types/arf", "types/arb"
)  # fmt: skip
_FLINT = """from .pyflint import ctx
from .types.arb import arb
from .types.fmpq import fmpq
from .types.fmpz import fmpz
"""
_ROOMS_LEFT_OUT = (
    "cli/",
    "manual/",
    "course/",
    "quizzes/",
    "formats/code/",
    "formats/view_data/",
    "web/moving/",
    "web/marking/browser/",
    "web/marking/texts/",
    "web/ordered",
    "web/products",
)
_OF_THE_DOOR = ("__init__", "assignments", "lesson", "practice")  # what the worker asks for
_PACKERS = (
    "archives", "carrying", "compiling", "fetching", "licences", "pack", "page", "pinned", "runtime", "scorm", "words",
)  # fmt: skip
_DEPENDENCIES = {  # pure Python, from the installation that packs: a project, and what of it is imported
    "PyYAML": ("yaml",), "Jinja2": ("jinja2",), "MarkupSafe": ("markupsafe",),
    "rich": ("rich",), "pylatexenc": ("pylatexenc",), "markdown-it-py": ("markdown_it",), "mdurl": ("mdurl",),
}  # fmt: skip
_STDLIB_LEFT_OUT = (  # of Python's own modules: what debugs, tests, serves, and reads what no page has
    "_pyrepl/", "unittest/", "multiprocessing/", "xmlrpc/", "wsgiref/", "xml/dom/", "pydoc_data/",
    "concurrent/futures/process", "http/server", "http/cookie", "logging/config", "logging/handlers",
    *(f"{one}.py" for one in (
        "pdb", "bdb", "doctest", "pydoc", "imaplib", "smtplib", "poplib", "ftplib", "mailbox", "optparse",
        "pickletools", "statistics", "_pyio", "configparser", "cProfile", "profile", "pstats", "trace", "compileall",
        "zipapp", "webbrowser", "netrc", "shelve", "tabnanny", "pyclbr", "filecmp", "fileinput", "mimetypes",
        "plistlib", "sched", "socketserver", "turtle", "cmd", "graphlib", "wave", "modulefinder", "symtable",
    )),
)  # fmt: skip
_ENCODINGS = re.compile(
    r"encodings/(?:__init__|aliases|ascii|cp437|idna|latin_1|punycode|raw_\w+|unicode_\w+|utf_\w+)\.py"
)
_PROOFS = {"sympy": ("sympy",), "mpmath": ("mpmath",)}  # what proves a sign that digits cannot decide
_NOT_IMPORTED = (
    ".dist-info/", "/tests/", "/benchmarks/", "__pycache__/", "/sympy/physics/", "/sympy/stats/",
    "/sympy/diffgeom/", "/sympy/categories/", "/sympy/parsing/autolev/", "/sympy/parsing/latex/", "/sympy/sandbox/",
    "/pylatexenc/latexencode/", "/pylatexenc/latex2text/",
    *(f"/rich/{one}.py" for one in (
        "_inspect", "_spinners", "_win32_console", "_windows", "_windows_renderer", "diagnose", "json", "layout",
        "logging", "markdown", "progress", "progress_bar", "prompt", "spinner", "status", "syntax", "traceback", "tree",
    )),
)  # fmt: skip


def pyodide(runtime: Runtime) -> Files:
    """The files of Pyodide itself; its list of packages is empty, since none is loaded by name."""
    found: Files = {}
    with tarfile.open(fileobj=io.BytesIO(runtime.read(PYODIDE))) as archive:
        for name in PYODIDE_FILES:
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            found[name] = member.read()
        listing = archive.extractfile("package/pyodide-lock.json")
        assert listing is not None
        lock = json.loads(listing.read())
    found["pyodide-lock.json"] = json.dumps({**lock, "packages": {}}).encode()
    return found


def stdlib(whole: bytes) -> bytes:
    """Python's own modules, without those that a page never imports."""
    found = {name: data for name, data in _wheel(whole).items() if not name.startswith(_STDLIB_LEFT_OUT)}
    return zipped({
        name: data for name, data in found.items() if not name.startswith("encodings/") or _ENCODINGS.fullmatch(name)
    })  # fmt: skip


def native(runtime: Runtime) -> bytes:
    """FLINT's numbers with its libraries."""
    found: Files = {"flint/__init__.py": _FLINT.encode()}
    flint = _wheel(runtime.read(FLINT))
    for name, data in flint.items():
        module = name.removeprefix("flint/").partition(".")[0]
        is_wanted = name.endswith(".so") and module in _FLINT_MODULES
        is_package = name.endswith("__init__.py") and name.count("/") == 2 and "/test/" not in name
        if is_wanted or is_package or name.startswith(("python_flint.libs/", "flint/utils/")):
            found[name] = data
    return zipped(found)


def app(language: str) -> bytes:
    """The program and what it imports, with the words of one language."""
    return zipped(_code_of(_DEPENDENCIES) | dict(program(language)))


def proofs() -> bytes:
    """What proves the signs that digits cannot decide; the worker asks for it when it is imported."""
    return zipped(_code_of(_PROOFS))


def _code_of(projects: Mapping[str, Sequence[str]]) -> Files:
    """The modules of installed projects that are imported."""
    found: Files = {}
    for project, packages in projects.items():
        folders = tuple(f"{one}/" for one in packages)
        paths = {name: path for name, path in _installed(project).items() if name.startswith(folders)}
        found |= {name: path.read_bytes() for name, path in paths.items() if _is_code(name)}
    return found


def program(language: str) -> Iterator[tuple[str, bytes]]:
    """The files of the program that a page needs, with the words of one language."""
    root = Path(__file__).resolve().parents[2]
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and _is_of_page(name, language):
            yield f"{root.name}/{name}", path.read_bytes()
            if name.startswith("writing/notations/") and name.endswith(".toml"):  # a page reads JSON sooner
                data = json.dumps(tomllib.loads(path.read_text("utf-8")), ensure_ascii=False)
                yield f"{root.name}/{name.removesuffix('.toml')}.json", data.encode()
    for folder, known in (("problems", bundled()), ("problems/assignments", bundled_assignments())):
        yield from ((f"{root.name}/{folder}/{one.name}", one.read_bytes()) for one in known.values())


def _is_of_page(name: str, language: str) -> bool:
    if (
        name.startswith((*_ROOMS_LEFT_OUT, "problems/"))
        or "__pycache__" in name
        or name.endswith((".po", ".pot", ".otf"))
    ):
        return False
    if name.startswith("ground/locale/"):
        return name.startswith(f"ground/locale/{language}/")
    stem = name.removesuffix(".py").rpartition("/")[2]
    if name.startswith("api/"):
        return name in (f"api/{one}.py" for one in _OF_THE_DOOR)
    return not (name.startswith("web/") and stem in _PACKERS)


def licences(runtime: Runtime) -> Files:
    """The licences of all that is shipped, each in a file named by what it is of."""
    found: Files = {}
    for name, data in _wheel(runtime.read(FLINT)).items():
        if ".dist-info/" in name and _is_licence(name):
            found[f"{FLINT.family}/{name.partition('.dist-info/')[2].removeprefix('licenses/')}"] = data
    for project in (*_DEPENDENCIES, *_PROOFS, "backprop-cli"):
        for name, path in _installed(project).items():
            if ".dist-info/" in name and _is_licence(name):
                found[f"{project}/{name.partition('.dist-info/')[2].removeprefix('licenses/')}"] = path.read_bytes()
    return found


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as an archive: the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _DATE), files[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return made.getvalue()


def _wheel(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _installed(project: str) -> dict[str, Path]:
    """The files of an installed project. Raises UsageError where it is not installed."""
    try:
        files = distribution(project).files or ()
    except PackageNotFoundError:
        said = _("the page that marks needs {name}, which is not installed: pip install 'backprop-cli[html]'")
        raise UsageError(said.format(name=project)) from None
    return {one.as_posix(): Path(str(one.locate())) for one in files if not one.as_posix().startswith("../")}


def _is_code(name: str) -> bool:
    """Whether a file is needed where it is imported: not types, tests, or what was compiled for another system."""
    left_out = name.endswith((".pyi", ".so", ".pyd", ".dylib", ".c", ".pyc", ".typed"))
    native = name.endswith("wasm32-emscripten.so")
    return (native or not left_out) and not any(part in f"/{name}" for part in _NOT_IMPORTED)


def _is_licence(name: str) -> bool:
    return "/licenses/" in name or name.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE", "COPYING"))
