"""Drives a stock Firefox by Marionette, its own protocol, in JSON over a socket: playwright drives only one of its own.

The commands are those of WebDriver; the protocol is described at
https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 120.0
"""Seconds."""
ERRORS = """
return Services.console.getMessageArray()
    .filter((each) => each instanceof Ci.nsIScriptError && each.logLevel === Ci.nsIConsoleMessage.error)
    .filter((each) => each.sourceName.startsWith(arguments[0]))
    .map((each) => each.errorMessage);
"""


class Firefox:
    """A headless Firefox with a new profile in `folder`; use it as a context."""

    def __init__(self, program: str, folder: Path) -> None:
        (folder / "user.js").write_text('user_pref("marionette.port", 0);\n')
        flags = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--new-instance"]
        self._process = subprocess.Popen(
            [program, *flags, "--profile", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._socket: socket.socket | None = None
        port = self.wait(lambda: _content(folder / "MarionetteActivePort"))
        self._socket = socket.create_connection(("127.0.0.1", int(port)), PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._receive()
        self.send("WebDriver:NewSession", {})
        self.send("WebDriver:SetWindowRect", {"width": 1280, "height": 800})

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket:
            self._socket.close()
        self._process.kill()
        self._process.wait()

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """What Firefox answers to a command."""
        assert self._socket is not None
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def _receive(self) -> Any:
        digits = b""
        while not digits.endswith(b":"):
            digits += self._stream.read(1)
        return json.loads(self._stream.read(int(digits[:-1])))

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self.send("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        """What a script on the page returns; `arguments` are `given`."""
        return self.send("WebDriver:ExecuteScript", {"script": script, "args": given, "sandbox": None})["value"]

    def wait(self, look: Callable[[], Any]) -> Any:
        """The first thing that `look` finds."""
        end = time.monotonic() + PATIENCE
        while not (found := look()):
            if time.monotonic() > end or self._process.poll() is not None:
                raise TimeoutError("Firefox did not get there")
            time.sleep(0.05)
        return found

    def wait_for(self, script: str, *given: Any) -> Any:
        """The first true thing that a script on the page returns."""
        return self.wait(lambda: self.run(script, *given))

    def click(self, x: float, y: float) -> None:
        """Press the mouse at a spot of the window."""
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "origin": "viewport"},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves}
        self.send("WebDriver:PerformActions", {"actions": [pointer]})

    def type(self, text: str) -> None:
        """Press keys, where the focus is."""
        keys = [{"type": how, "value": key} for key in text for how in ("keyDown", "keyUp")]
        self.send("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def errors(self, home: str) -> list[str]:
        """What Firefox noted as errors of scripts, styles and policy on pages below `home`."""
        self.send("Marionette:SetContext", {"value": "chrome"})
        try:
            return self.run(ERRORS, home)
        finally:
            self.send("Marionette:SetContext", {"value": "content"})


def firefox_program() -> str | None:
    """Where a Firefox is."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def _content(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
