"""The book of complaints about a file: what is wrong, where it stands, and what might be meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from backprop_cli.ground.errors import MOST_SHOWN, Complaint, Span, did_you_mean, which
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.tree import Path, Tree, span_at, text_at
from backprop_cli.writing.tex import TexError, mathematics_in, spelled


@record(slots=False)
class ComplaintBook:
    """Collects complaints, each located in the tree of the file; its length is how many there are."""

    tree: Tree
    complaints: list[Complaint] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.complaints)

    @property
    def suggests(self) -> bool:
        """Whether it is worth the search for what is meant: of very many complaints, few are shown."""
        return len(self.complaints) < MOST_SHOWN

    def which(self, word: str, known: Iterable[str]) -> str | None:
        """What may be meant by a name that there is not, or which names there are."""
        return which(word, known) if self.suggests else None

    def near(self, word: str, known: Iterable[str]) -> str | None:
        """What may be meant by a name that there is not."""
        return did_you_mean(word, known) if self.suggests else None

    def complain(self, path: Path, message: str, hint: str | None = None, part: tuple[int, int] | None = None) -> None:
        """Notes a complaint at a path; `part` is offset and length within the text there."""
        span = span_at(self.tree, path)
        scalar = text_at(self.tree, path)
        if part and scalar and scalar.value is not None:
            span = Span(span.line, span.column + scalar.indent + part[0], max(1, part[1]))
        self.complain_at(span, message, hint)

    def complain_of_words(self, text: str, path: Path) -> None:
        """Notes what is not understood of the mathematics in somebody's words."""
        for one in mathematics_in(text):
            try:
                spelled(one)
            except TexError as error:
                self.complain(path, _("in ${mathematics}$: {reason}").format(mathematics=one, reason=error))

    def complain_at_key(self, path: Path, message: str, hint: str | None = None) -> None:
        """Notes a complaint about the key that a path ends in."""
        self.complain_at(span_at(self.tree, path, key=True), message, hint)

    def complain_at(self, span: Span | None, message: str, hint: str | None = None) -> None:
        """Notes a complaint at a place; None: about the file as a whole."""
        self.complaints.append(Complaint(message, span, hint))
