"""A hand-in as plain data: what crosses processes on its way to be marked."""

from __future__ import annotations

from backprop_cli.ground.records import record


@record
class Work:
    """What somebody handed in, as plain data: where it was, its bytes, its ending, and what is known of it."""

    file: str
    data: bytes
    ending: str
    student: str = ""  # where it is known from elsewhere; else it is what the sheet says, or the file's name
    days_late: int = 0
    notes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    folder: str = ""
    others: tuple[tuple[bytes, str, str], ...] = ()  # further files of it, each with its name and ending

    @property
    def stem(self) -> str:
        """The name of its file, without folders and ending."""
        name = self.file.replace("\\", "/").rpartition("/")[2]
        return name.rpartition(".")[0] or name
