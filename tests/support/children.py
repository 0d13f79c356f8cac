"""Commands in processes of their own that cannot take more memory or time than a stranger's file may cost.

A process that is warm (all of the package is imported) forks one for every command, so that thousands can be started.
`python tests/children.py` is that process; `Nursery` is the tests' end of it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from patience import slowness

MEMORY = 512 << 20
SECONDS = 2  # of computing
SLOWEST = 5  # times the usual machine's seconds after which a command is ended
PATIENCE = 60  # by the clock, on a machine that is busy with other things
WARMING = (
    ("solve", "mazur"), ("solve", "mini-step", "--format", "html"), ("solve", "mini-step", "--json"),
    ("check", "mazur", "--template"), ("check", "mazur", "sheet.yaml"), ("lint", "one-weight"),
    ("verify", "one-weight"), ("grade", "mazur", "sheet.yaml"), ("worksheet", "mazur"),
    ("draw", "one-weight", "-o", "-"), ("tutor", "one-weight"), ("generate", "--seed", "1", "--like", "one-weight"),
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a command ended, what it said, and the files that are new where it ran."""

    code: int
    out: str
    err: str
    seconds: float
    files: tuple[str, ...]


class Nursery:
    """Runs commands, each in a process of its own, in an empty folder of its own.

    Beside that stand `sheet.yaml` and what was put there with `beside`; what comes through standard input is also the
    file `../in`.
    """

    def __enter__(self) -> Nursery:
        environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"}
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
            environment.pop(name, None)
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def run(
        self,
        arguments: Sequence[str],
        stdin: str | bytes = b"",
        seconds: int = SECONDS,
        beside: Mapping[str, str | bytes] | None = None,
    ) -> Ended:
        """How `backprop` ends with these arguments; killed, if it takes more than its seconds of the usual machine."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            streams = {name: str(Path(folder, name)) for name in ("in", "out", "err")}
            Path(streams["in"]).write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
            Path(folder, "sheet.yaml").write_text("answers: {}\n", "utf-8")
            for name, content in (beside or {}).items():
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, name).write_bytes(content.encode() if isinstance(content, str) else content)
            here = Path(folder, "here")
            here.mkdir()
            print(
                json.dumps([list(arguments), str(here), streams, seconds * SLOWEST]),
                file=self._process.stdin,
                flush=True,
            )
            code, used = json.loads(self._process.stdout.readline())
            if used > seconds and used > seconds * slowness():
                code = -signal.SIGKILL
            texts = [Path(streams[name]).read_text("utf-8") for name in ("out", "err")]
            files = tuple(sorted(path.name for path in here.iterdir()))
        return Ended(code, *texts, used, files)


# ---- the process that is warm --------------------------------------------------------------------------------


def serve() -> None:
    """Runs one command for every line of standard input and answers with its exit code and its seconds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.modules["torch"] = None  # type: ignore[assignment]  # an oracle that alone takes more than may be had
    answers = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryDirectory() as folder:
        _warm(folder)
    gc.collect()
    gc.freeze()  # what is here already is neither looked at nor copied in the forked processes
    for line in sys.stdin:
        arguments, here, streams, seconds = json.loads(line)
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            _become(arguments, here, streams)
        _pid, status, used = os.wait4(child, 0)
        print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]), file=answers, flush=True)


def _warm(folder: str) -> None:
    """Everything that the commands import is imported."""
    os.chdir(folder)
    os.environ["BACKPROP_DATA"] = folder
    Path("sheet.yaml").write_text("answers: {net_h1: 0.3775, net_h2: 1, w5_new: 2}\n", "utf-8")
    out, stdin = sys.stdout, sys.stdin
    with open(os.devnull, "r+", encoding="utf-8") as nowhere:
        sys.stdin = nowhere
        for arguments in WARMING:
            sys.stdout = sys.stderr = nowhere
            _command(arguments)
    sys.stdin, sys.stdout, sys.stderr = stdin, out, sys.__stderr__


def _command(arguments: Sequence[str]) -> int:
    from backprop_cli.cli.app import app
    from backprop_cli.cli.output import guarded

    sys.argv = ["backprop", *arguments]
    return guarded(lambda: app(prog_name="backprop"))


def _become(arguments: Sequence[str], here: str, streams: dict[str, str]) -> None:
    """This process, which has just been forked, is the command."""
    for number, (name, flags) in enumerate(
        [("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT)]
    ):
        os.dup2(os.open(streams[name], flags), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode, encoding="utf-8") for n, mode in enumerate(("r", "w", "w")))
    os.chdir(here)
    os.environ["BACKPROP_DATA"] = os.path.join(here, "..", "data")  # where a tutor may write
    signal.alarm(PATIENCE)
    code = 1
    try:
        code = _command(arguments)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
