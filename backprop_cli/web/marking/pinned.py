"""The table of what runs the engine in a browser: Pyodide and FLINT, each by its version and checksum.

Pyodide's version, its Python's and the platform of the wheel belong together. A new row means new measurements
(`tests/test_marking_browser.py`).
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


_NATIVE = f"cp314-cp314-{PLATFORM}"
PYODIDE = Pinned(
    "pyodide-314.0.7.tgz", "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0", 6_488_647,
    "pyodide@314.0.7",
)  # fmt: skip
FLINT = _wheel(
    "python_flint", "0.9.0", _NATIVE, "b31f5c00e0e36040ab58d00b3025156e20869b990d776e4bf90f870b1ee11ad3", 7_121_329
)
FILES = (PYODIDE, FLINT)
SIZE = sum(one.size for one in FILES)
