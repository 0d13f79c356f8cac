"""The YAML language server of editors (the npm package), asked about a file as an editor does."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

SERVER = shutil.which("yaml-language-server")
_SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
_ABILITIES = {
    "textDocument": {"publishDiagnostics": {}, "hover": {"contentFormat": ["markdown"]}},
    "workspace": {"configuration": True},
}


class Editor:
    """A file that is open in an editor; lines and columns count from 0, as the protocol has them."""

    def __init__(self, file: Path) -> None:
        assert SERVER is not None
        self.uri = file.as_uri()
        self.asked = 0
        self.complaints: list[tuple[int, str]] | None = None
        self.process = subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        folder = {"uri": file.parent.as_uri(), "name": "folder"}
        self.ask(
            "initialize", processId=None, rootUri=folder["uri"], workspaceFolders=[folder], capabilities=_ABILITIES
        )
        self.tell("initialized")
        opened = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": file.read_text("utf-8")}
        self.tell("textDocument/didOpen", textDocument=opened)

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()

    def diagnostics(self) -> list[tuple[int, str]]:
        """What is underlined: the line and what is said of it."""
        while self.complaints is None:
            self._listen()
        return self.complaints

    def completions(self, line: int, column: int) -> dict[str, str]:
        """What is offered at a place, each with what is said of it."""
        found = self._at("completion", line, column)
        return {one["label"]: str(one.get("documentation", "")) for one in found["items"]}

    def hover(self, line: int, column: int) -> str:
        """What is said of the word at a place."""
        return str(self._at("hover", line, column)["contents"]["value"])

    def _at(self, what: str, line: int, column: int) -> Any:
        place = {"line": line, "character": column}
        return self.ask(f"textDocument/{what}", textDocument={"uri": self.uri}, position=place)

    def ask(self, method: str, **params: Any) -> Any:
        """What the server answers."""
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self._listen()
            if message.get("id") == self.asked and "method" not in message:
                return message["result"]

    def tell(self, method: str, **params: Any) -> None:
        """Something that has no answer."""
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _listen(self) -> dict[str, Any]:
        """The next message; what the server asks is answered."""
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            assert line, "the server has ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]["diagnostics"]
            self.complaints = [(one["range"]["start"]["line"], one["message"]) for one in found]
        elif "method" in message and "id" in message:
            settings = message["method"] == "workspace/configuration"
            result = [_SETTINGS for _ in message["params"]["items"]] if settings else None
            self._send({"id": message["id"], "result": result})
        return message
