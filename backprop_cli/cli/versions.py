"""What `--version --verbose` says: everything that a report of a fault needs, the versions of what is used."""

from __future__ import annotations

import locale
import platform
import re
from collections.abc import Iterator
from importlib import metadata

from backprop_cli.ground.words import _

_PACKAGE = "backprop-cli"
_USEFUL = ("torch", "numpy", "pandas", "polars")  # beside it, where they are there
_FOR_WORK = ("test", "dev")  # extras that no user needs
_NAMED = re.compile(r"([\w.-]+)")
_EXTRA = re.compile(r"""extra == ['"]([\w-]+)['"]""")


def all_versions() -> Iterator[str]:
    """Of Python, the system, and the libraries of every extra that a user may have."""
    yield f"Python {platform.python_version()} ({platform.python_implementation()})"
    yield f"{platform.platform()}, {locale.getpreferredencoding(False)}"
    for extra, names in _requirements().items():
        if extra not in _FOR_WORK:
            yield f"{extra or _('needed')}: {', '.join(map(_with_version, names))}"
    yield f"{_('beside it')}: {', '.join(map(_with_version, _USEFUL))}"


def _requirements() -> dict[str, list[str]]:
    """What the installed package names, by extra (none: always needed)."""
    try:
        named = metadata.requires(_PACKAGE) or []
    except metadata.PackageNotFoundError:  # run from its folder
        return {}
    found: dict[str, list[str]] = {}
    for requirement in named:
        extra, name = _EXTRA.search(requirement), _NAMED.match(requirement)
        if name is not None and name[1] != _PACKAGE:
            found.setdefault(extra[1] if extra else "", []).append(name[1])
    return found


def _with_version(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"{name} {_('not installed')}"
