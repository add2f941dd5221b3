"""A preview server, on this machine only: what a static host does, and reloads pages when a preview was rebuilt."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from sitegen.errors import PublishError

HOST = "127.0.0.1"
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
OWN = "/-sitegen-/"
"""What lies below this address is the server's own and in no site."""
CLIENT = Path(__file__).parent / "reload.js"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
NO_SITE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>sitegen</title>
<p>There is no site yet.</p></html>
"""


class Preview(Protocol):
    """What a server of a preview asks: the number of its latest build, and what is wrong with a newer one."""

    def latest(self) -> tuple[int, str]:
        """The latest build and the error of the attempts since, empty if there is none."""

    def wait(self, seen: tuple[int, str]) -> tuple[int, str]:
        """As `latest`, once it is another than `seen`, or after a while."""


class Handler(SimpleHTTPRequestHandler):
    """Serves the files of a site, uncached, with the site's own 404 page, and prints nothing.

    Args:
        base: path under which the site is served, such as `/maps/`.
        preview: if given, pages are reloaded when it changes.
    """

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".webp": "image/webp",
        ".js": "text/javascript",
        ".xml": "application/xml",
    }

    def __init__(self, *arguments: Any, base: str = "/", preview: Preview | None = None, **options: Any) -> None:
        self._base = base
        self._preview = preview
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        """Add the headers of every answer."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def parse_request(self) -> bool:
        """Refuse what a page of another host asks for under a name of its own (DNS rebinding)."""
        if not super().parse_request():
            return False
        if is_local(self.headers):
            return True
        self.send_error(403, "sitegen serves this machine only")
        return False

    def send_head(self) -> Any:
        """The file to send, after its headers are sent."""
        try:
            return self._find()
        except (ValueError, OSError, RuntimeError):  # no file's name: a NUL, too many letters, a circle of links
            self.send_error(404)
            return None

    def _find(self) -> IO[bytes] | None:
        path = urlsplit(self.path).path
        if self._preview and path == f"{OWN}reload.js":
            return self._answer(200, CLIENT.read_bytes(), "text/javascript")
        if self._preview and path == f"{OWN}events":
            self._tell_changes(self._preview)
            return None
        if not path.startswith(self._base):
            if path in {"/", self._base.removesuffix("/")}:
                self.send_response(302)
                self.send_header("Location", self._base)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.send_error(404)
            return None
        file = Path(self.translate_path(self.path))
        if path.endswith("/"):
            file /= "index.html"
        if not file.resolve().is_relative_to(Path(self.directory).resolve()):  # a link leads out of the site
            self.send_error(404)
            return None
        if self._preview and file.suffix == ".html" and file.is_file():
            return self._answer(200, self._reloading(file.read_bytes()), "text/html")
        if "Range" in self.headers and file.is_file():
            return self._part(file.read_bytes(), self.guess_type(str(file)))
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """The file of an address, below the site's folder; the base path is not part of it."""
        return super().translate_path("/" + path.removeprefix(self._base))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not (page.is_file() or self._preview):
            super().send_error(code, message, explain)
            return
        body = page.read_bytes() if page.is_file() else NO_SITE.encode()
        file = self._answer(404, self._reloading(body), "text/html; charset=utf-8")
        if self.command != "HEAD":
            self.copyfile(file, self.wfile)

    def list_directory(self, path: object) -> None:
        """No listings: a static host has none either."""
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        """Keep the terminal quiet."""

    def _answer(self, code: int, body: bytes, kind: str, **headers: str) -> io.BytesIO:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        return io.BytesIO(body)

    def _part(self, data: bytes, kind: str) -> io.BytesIO:
        """One range of a file (RFC 9110, 14.2); several at once are answered with the whole file, as it allows."""
        match = RANGE.fullmatch(self.headers["Range"])
        if match is None or match.groups() == ("", ""):
            return self._answer(200, data, kind)
        first, last = match.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        if start > end:
            return self._answer(416, b"", kind, Content_Range=f"bytes */{len(data)}")
        found = f"bytes {start}-{end}/{len(data)}"
        return self._answer(206, data[start : end + 1], kind, Content_Range=found)

    def _reloading(self, html: bytes) -> bytes:
        """A page of a preview with the script that reloads it: a file of the same origin, as its policy asks."""
        if self._preview is None:
            return html
        number, _ = self._preview.latest()
        script = f'<script defer src="{OWN}reload.js?build={number}"></script>'.encode()
        head, body, rest = html.rpartition(b"</body>")
        return head + script + body + rest if body else html + script

    def _tell_changes(self, preview: Preview) -> None:
        """Server-sent events: what is the latest build, and each time it is another."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = preview.latest()
        try:
            while True:
                number, error = seen
                event = json.dumps({"build": number, "error": error})
                self.wfile.write(f"data: {event}\n\n".encode())
                self.wfile.flush()
                seen = preview.wait(seen)
        except OSError:  # the page was left
            pass


def is_local(headers: Message) -> bool:
    """Whether a request was made to a name of this machine, and by no page of another host."""
    host, origin = headers.get("Host", ""), headers.get("Origin")
    try:
        names = [urlsplit(f"//{host}").hostname, *([urlsplit(origin).hostname] if origin else [])]
    except ValueError:  # no name at all, such as `[`
        return False
    return all(name in LOCAL_NAMES for name in names)


class Server(ThreadingHTTPServer):
    """Answers each request in a thread of its own."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who hangs up, as browsers do with what they no longer need, is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve the site in `folder` as it is, until interrupted.

    Raises:
        PublishError: there is no site, or the port is taken.
    """
    from sitegen.site.output.staging import recover

    if not folder.exists():
        recover(folder)
    if not (folder / "index.html").is_file():
        raise PublishError(f"{folder}: holds no site yet; run `sitegen build` first")
    with make_server(folder, port) as server, suppress(KeyboardInterrupt):
        say(f"serving {folder} at http://{HOST}:{server.server_port}/ (Ctrl-C stops)")
        server.serve_forever()


def make_server(folder: Path, port: int, base: str = "/", preview: Preview | None = None) -> ThreadingHTTPServer:
    """A server for `folder` on 127.0.0.1; port 0 takes a free one.

    Raises:
        PublishError: the port is taken.
    """
    try:
        handler = partial(Handler, directory=str(folder), base=base, preview=preview)
        return Server((HOST, port), handler)
    except OSError as error:
        raise PublishError(f"port {port} cannot be used ({error.strerror}); choose another --port") from error
