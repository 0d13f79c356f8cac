"""PDFs of many documents: pages are set on the other cores while the next document is written."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache

from backprop_cli.documents.model import Document
from backprop_cli.formats.print import typst
from backprop_cli.formats.print.pdf import of_source

_THREADS = 4  # which do nothing but wait for Typst


def begun(document: Document) -> Callable[[], bytes]:
    """Begins the PDF of a document, and gives what waits for it; that raises UsageError, as `pages` does."""
    return _pool().submit(copy_context().run, of_source, typst.document(document)).result


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS)
