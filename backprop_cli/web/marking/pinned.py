"""The table of what runs the engine in a browser: Pyodide and packages, each by its version and checksum.

Pyodide's version, its Python's and the platform of the wheels belong together, and pydantic wants one version of its
core. A new row means new measurements (`tests/test_marking_browser.py`).
"""

from __future__ import annotations

from backprop_cli.ground.records import record

PYTHON = "3.14"
PLATFORM = "pyemscripten_2026_0_wasm32"


@record
class Pinned:
    """One file of the runtime: its name, SHA-256 and size in bytes, and what a package tool calls it."""

    name: str
    sha256: str
    size: int
    requirement: str

    @property
    def is_tarball(self) -> bool:
        """Whether it comes from a registry of npm, and not from an index of Python packages."""
        return self.name.endswith(".tgz")

    @property
    def family(self) -> str:
        """The beginning of its name, which those of other versions have, too."""
        return self.name.partition("-")[0]


def _wheel(project: str, version: str, tags: str, sha256: str, size: int) -> Pinned:
    return Pinned(f"{project}-{version}-{tags}.whl", sha256, size, f"{project.replace('_', '-')}=={version}")


_NATIVE, _PURE = f"cp314-cp314-{PLATFORM}", "py3-none-any"
PYODIDE = Pinned(
    "pyodide-314.0.7.tgz", "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0", 6_488_647,
    "pyodide@314.0.7",
)  # fmt: skip
FLINT = _wheel(
    "python_flint", "0.9.0", _NATIVE, "b31f5c00e0e36040ab58d00b3025156e20869b990d776e4bf90f870b1ee11ad3", 7_121_329
)
PYDANTIC_CORE = _wheel(
    "pydantic_core", "2.50.5", _NATIVE, "b2910ec0fa5aeb9bef70156f2b79f4783978fdcfaa7b2f1b5d1814458d2e79a1", 1_496_394
)
PURE = (
    _wheel("pydantic", "2.14.4", _PURE, "653a2ad9f6d8858529c77c72717d0ea991d6c6837fe683246b2f4b2bbfc3fadc", 494_865),
    _wheel("annotated_types", "0.8.0", _PURE, "f072f4d804ea359e4eaf198b1af7a8b0943881a87f31bb764f8bf219bb9419e0",
           13_427),
    _wheel("typing_extensions", "4.16.0", _PURE, "481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8",
           45_571),
    _wheel("typing_inspection", "0.4.5", _PURE, "bc210535442b39e1bf2805e0c7a17dfd6a4ace760c84c7f7d16245d23a6b1c39",
           14_874),
)  # fmt: skip
FILES = (PYODIDE, FLINT, PYDANTIC_CORE, *PURE)
SIZE = sum(one.size for one in FILES)
