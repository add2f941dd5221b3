"""A preview server for the built site, on this machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sitegen.errors import PublishError

HOST = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Serves files, uncached, with the site's own 404 page, and prints nothing."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webp": "image/webp", ".js": "text/javascript"}

    def end_headers(self) -> None:
        """Add the headers of every answer."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_head(self) -> Any:
        """Answer an address that names no file at all, such as one with a NUL, like any other that is not there."""
        try:
            return super().send_head()
        except ValueError:
            self.send_error(404)
            return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path: object) -> None:
        """No listings: a static host has none either."""
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        """Keep the terminal quiet."""


def serve(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve `folder` until interrupted.

    Raises:
        PublishError: there is no site, or the port is taken.
    """
    if not (folder / "index.html").is_file():
        raise PublishError(f"{folder}: holds no site yet; run `sitegen build` first")
    with make_server(folder, port) as server:
        say(f"serving {folder} at http://{HOST}:{server.server_port}/ (Ctrl-C stops)")
        server.serve_forever()


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server for `folder` on 127.0.0.1; port 0 takes a free one.

    Raises:
        PublishError: the port is taken.
    """
    try:
        return ThreadingHTTPServer((HOST, port), partial(Handler, directory=str(folder)))
    except OSError as error:
        raise PublishError(f"port {port} cannot be used ({error.strerror}); choose another --port") from error
