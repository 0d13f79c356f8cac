"""Packs the page that marks: a folder for a server, one file that opens by double click, or a SCORM package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from backprop_cli.ground.words import language
from backprop_cli.problem.assignment import Assignment
from backprop_cli.web.marking import archives, scorm
from backprop_cli.web.marking.compiling import compiled
from backprop_cli.web.marking.licences import in_one, licences
from backprop_cli.web.marking.page import Marked, browser
from backprop_cli.web.marking.runtime import Runtime, found
from backprop_cli.web.products import Content, PageOrder


def make(order: PageOrder) -> Content:
    """What an order asks for, by the ending of its output. Raises UsageError where there is no whole runtime."""
    runtime = found(order.runtime)
    ending = order.output.suffix.lower() if order.output is not None else ".html"
    if order.output is not None and not ending:
        return {order.output / name: data for name, data in site(order.assignment, runtime).items()}
    return package(order.assignment, runtime) if ending == ".zip" else single(order.assignment, runtime)


def site(assignment: Assignment, runtime: Runtime) -> Mapping[str, bytes]:
    """The files of a folder that any server serves; it opens without a network after the first visit."""
    made = _marked(assignment, runtime)
    beside = {**made.files, **_notices(runtime), "index.html": made.html(("site.js",)).encode()}
    return {**beside, "offline.js": _offline(made, beside).encode()}


def single(assignment: Assignment, runtime: Runtime) -> str:
    """The page in one file, with the licences of all that is in it at its end."""
    made = _marked(assignment, runtime)
    return made.html((), inside=True, licences=in_one(runtime))


def package(assignment: Assignment, runtime: Runtime) -> bytes:
    """The page as a SCORM 1.2 package."""
    made = _marked(assignment, runtime)
    beside = {**made.files, **_notices(runtime), "index.html": made.html(("scorm.js",)).encode()}
    manifest = scorm.manifest(made.id, assignment, [*beside])
    return archives.zipped({**beside, "imsmanifest.xml": manifest.encode()})


def _marked(assignment: Assignment, runtime: Runtime) -> Marked:
    pyodide = archives.pyodide(runtime)
    made = {f"runtime/{name}": data for name, data in pyodide.items()}
    made["runtime/native.zip"] = archives.native(runtime)
    made["runtime/python_stdlib.zip"] = compiled(archives.stdlib(pyodide["python_stdlib.zip"]), pyodide)
    made["app.zip"] = compiled(archives.app(language()), pyodide)
    return Marked(assignment, {**made, "proofs.zip": archives.proofs()})


def _notices(runtime: Runtime) -> dict[str, bytes]:
    return {f"licences/{name}": data for name, data in licences(runtime).items()}


def _offline(made: Marked, beside: Mapping[str, bytes]) -> str:
    """The script that keeps the files of the folder in the browser: those of this very content."""
    content = hashlib.sha256()
    for name in sorted(beside):
        content.update(name.encode() + hashlib.sha256(beside[name]).digest())
    names = ["./", *(name for name in beside if not name.startswith("licences/"))]
    settled = {"place": made.id, "id": content.hexdigest()[:12], "files": names}
    return f"const packed = {json.dumps(settled)};\n{browser('offline.js')}"
