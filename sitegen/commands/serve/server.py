"""A preview server, on this machine only: what a static host does, and reloads pages when a preview was rebuilt."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sitegen.errors import PublishError

HOST = "127.0.0.1"
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
OWN = "/-sitegen-/"
EDITS = f"{OWN}edits/"
"""What lies below this address is the server's own and in no site."""
CLIENT = Path(__file__).parent / "reload.js"
EDITOR = Path(__file__).parent / "editor_page"
EDITOR_KINDS = {".js": "text/javascript", ".css": "text/css"}
KINDS = {".js": "text/javascript", ".webp": "image/webp", ".xml": "application/xml"}
"""Content types that Python's list lacks, or names by an older name."""
HEADERS = [("cache-control", "no-cache"), ("x-content-type-options", "nosniff")]
LOOK_S = 0.1
"""A page is told of a build after so many seconds at most."""
NO_SITE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>sitegen</title>
<p>There is no site yet.</p></html>
"""


class Preview(Protocol):
    """What a server of a preview asks."""

    def latest(self) -> tuple[int, str]:
        """Return the number of the latest build, and the error of the attempts since, empty if there is none."""


class Editor(Protocol):
    """What reads and writes the edits of topics for a page."""

    async def answer(self, request: Request) -> Response:
        """Answer a request about the edits of a dataset."""


class Site(StaticFiles):
    """Serves the files of a site, with the site's own 404 page; a link out of its folder is not followed.

    Args:
        folder: the site; it need not be there yet.
        preview: if given, every page carries the script that reloads it.
        edits: whether every page carries the editor as well.
    """

    def __init__(self, folder: Path, preview: Preview | None, *, edits: bool = False) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder
        self._preview = preview
        self._edits = edits

    async def check_config(self) -> None:
        """Accept a folder that is not there: the first build of a preview makes it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or the way to a folder's page.

        Raises:
            HTTPException: there is no such file, or it cannot be read.
        """
        if scope["path"].endswith("/"):  # else a file would be found under its name and a slash
            path = os.path.join(path, "index.html")  # noqa: PTH118, as starlette does it
        try:
            response = await super().get_response(path, scope)
        except OSError as error:  # such as a circle of links
            raise HTTPException(404) from error
        if response.status_code == 404:
            raise HTTPException(404)
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return one file; a page of a preview carries the reloading script."""
        file = Path(full_path)
        if self._preview and file.suffix == ".html":
            return HTMLResponse(self._reloading(file.read_bytes()), status_code)
        response = super().file_response(full_path, stat_result, scope, status_code)
        if file.suffix in KINDS:
            response.headers["content-type"] = KINDS[file.suffix]
        return response

    def missing(self, _request: Request, _error: Exception) -> Response:
        """Return the site's page for what is not there."""
        page = self._folder / "404.html"
        body = page.read_bytes() if page.is_file() else NO_SITE.encode()
        return HTMLResponse(self._reloading(body), 404)

    def _reloading(self, html: bytes) -> bytes:
        """Add to a page of a preview the script that reloads it: a file of the same origin, as its policy asks."""
        if self._preview is None:
            return html
        number, _ = self._preview.latest()
        script = f'<script defer src="{OWN}reload.js?build={number}"></script>'.encode()
        if self._edits:
            style = f'<link rel="stylesheet" href="{OWN}edit.css">'
            script += f'<script src="{OWN}token.js"></script>'.encode()  # runs before scripts that write an address
            script += f'{style}<script type="module" src="{OWN}edit.js"></script>'.encode()
        head, body, rest = html.rpartition(b"</body>")
        return head + script + body + rest if body else html + script


class LocalOnly:
    """Refuses what a page of another host asks for, also under a name of its own (DNS rebinding), and all writing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        app = self._app
        if not is_local(Headers(scope=scope)):
            app = PlainTextResponse("sitegen serves this machine only", 403)
        elif scope["method"] not in {"GET", "HEAD"} and not scope["path"].startswith(EDITS):
            app = PlainTextResponse("this site can only be read", 405, {"allow": "GET, HEAD"})
        await app(scope, receive, send)


def is_local(headers: Headers) -> bool:
    """Tell whether a request was made to a name of this machine, and by no page of another host."""
    host, origin = headers.get("Host", ""), headers.get("Origin")
    try:
        names = [urlsplit(f"//{host}").hostname, *([urlsplit(origin).hostname] if origin else [])]
    except ValueError:  # no name at all, such as `[`
        return False
    return all(name in LOCAL_NAMES for name in names)


def make_app(
    folder: Path, base: str, preview: Preview | None, stopping: threading.Event, editor: Editor | None = None
) -> Starlette:
    """Return the site in `folder` as an ASGI application below the path `base`, such as `/maps/`.

    Args:
        preview: if given, pages are reloaded when it changes.
        stopping: ends the streams of events.
        editor: if given, pages that know its token can change the edits of topics.
    """
    site = Site(folder, preview, edits=editor is not None)
    routes: list[Route | Mount] = []
    if preview:

        async def events(_request: Request) -> Response:
            return StreamingResponse(tell_builds(preview, stopping), media_type="text/event-stream")

        async def script(_request: Request) -> Response:
            return FileResponse(CLIENT, media_type="text/javascript")

        routes += [Route(f"{OWN}reload.js", script), Route(f"{OWN}events", events)]
    if editor:
        routes += [Route(f"{OWN}{path.name}", partial(_editor_file, path)) for path in sorted(EDITOR.iterdir())]
        routes.append(Route(f"{EDITS}{{slug}}", editor.answer, methods=["GET", "POST", "PUT"]))
    if base != "/":
        routes += [Route(path, RedirectResponse(base, 302)) for path in ("/", base.removesuffix("/"))]
    routes.append(Mount(base.removesuffix("/"), site))
    return Starlette(
        routes=routes,
        middleware=[Middleware(LocalOnly)],
        exception_handlers={401: site.missing, 404: site.missing},
    )


async def _editor_file(path: Path, _request: Request) -> Response:
    return FileResponse(path, media_type=EDITOR_KINDS[path.suffix])


async def tell_builds(preview: Preview, stopping: threading.Event) -> AsyncIterator[str]:
    """Yield server-sent events: what is the latest build, and each time it is another."""
    seen = None
    while not stopping.is_set():
        latest = preview.latest()
        if latest != seen:
            seen = number, error = latest
            yield f"data: {json.dumps({'build': number, 'error': error})}\n\n"
        await asyncio.sleep(LOOK_S)


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
    with serving(folder, port) as bound, suppress(KeyboardInterrupt):
        say(f"serving {folder} at http://{HOST}:{bound}/ (Ctrl-C stops)")
        threading.Event().wait()


@contextmanager
def serving(
    folder: Path, port: int = 0, base: str = "/", preview: Preview | None = None, editor: Editor | None = None
) -> Iterator[int]:
    """Serve `folder` on 127.0.0.1 from a thread while the block runs; yields the port, a free one for 0.

    Raises:
        PublishError: the port is taken.
    """
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise PublishError(f"port {port} cannot be used ({error.strerror}); choose another --port") from error
    stopping = threading.Event()
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(folder, base, preview, stopping, editor),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # a request that is no HTTP is a warning
            access_log=False,
            proxy_headers=False,
            server_header=False,
            headers=HEADERS,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopping.set()
        server.should_exit = True
        thread.join()
