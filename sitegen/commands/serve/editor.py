"""The editor of a preview, on the server's side: reads and writes `edits/<slug>.yaml` for pages that know the token."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sitegen.commands.serve.edits_text import change_edits
from sitegen.commands.status import edit_outcomes, status
from sitegen.config import Project, load_project
from sitegen.config.edits_file import edits_path, parse_edits, shown_path
from sitegen.errors import SitegenError
from sitegen.report import Report

TOKEN_HEADER = "x-sitegen-token"  # noqa: S105, the name of a header
MOST_BYTES = 20_000_000
CHANGED = "the file was changed meanwhile; nothing was overwritten. It is shown as it is now: do it again"


class Editor:
    """Edits of the datasets of one project.

    Args:
        config: the project's `datasets.yaml`; it is read again only when it has changed.
        latest: returns another value after each build; until then what became of edits is not asked again.

    Attributes:
        token: what a page must know; it is in the address that `sitegen serve --edit` prints.
    """

    def __init__(self, config: Path, latest: Callable[[], object] = lambda: None) -> None:
        self.token = secrets.token_urlsafe(16)
        self._config = config
        self._latest = latest
        self._writing = threading.Lock()
        self._loading = threading.Lock()
        self._loaded: tuple[tuple[int, int], Project] | None = None
        self._told: dict[str, tuple[object, list[str]]] = {}

    async def answer(self, request: Request) -> Response:
        """Answer a page: GET the file, POST edits, PUT a text; 403 without the token, 409 if it was changed since."""
        if not secrets.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return _problem(403, "this page does not know the token; open the address that the terminal shows")
        body: Any = None
        if request.method != "GET":
            data = b""
            async for chunk in request.stream():
                data += chunk
                if len(data) > MOST_BYTES:
                    return _problem(413, "too much at once")
            try:
                body = json.loads(data)
            except ValueError:
                return _problem(422, "not JSON")
            if not isinstance(body, dict) or not isinstance(body.get("hash"), str):
                return _problem(422, "the hash of the file that was changed is missing")
        return await run_in_threadpool(self._answer, request.method, request.path_params["slug"], body)

    def _answer(self, method: str, slug: str, body: dict[str, Any] | None) -> Response:
        try:
            project = self._project()
            project.select({slug})
            path = edits_path(project.root, slug)
            if method == "GET" or body is None:
                return JSONResponse({**_shown(path, slug), "lost": self._lost(project, slug)})
            with self._writing:
                now = _read(path)
                if now["hash"] != body["hash"]:
                    return JSONResponse({**_shown(path, slug), "error": CHANGED}, 409)
                text = self._changed(method, slug, path, now["text"], body)
                if not _write(path, text, body["hash"]):
                    return JSONResponse({**_shown(path, slug), "error": CHANGED}, 409)
                return JSONResponse(_shown(path, slug))
        except SitegenError as error:
            return _problem(422, str(error))
        except (OSError, UnicodeDecodeError) as error:
            return _problem(422, f"{slug}.yaml: {error}")
        except (KeyError, TypeError, AttributeError):
            return _problem(422, "not an edit")

    def _changed(self, method: str, slug: str, path: Path, text: str, body: dict[str, Any]) -> str:
        if method == "POST":
            added, taken_back = body["edits"], body.get("taken_back", [])
            if not all(isinstance(each, dict) for each in (*added, *taken_back)):
                raise TypeError
            return change_edits(text, slug, shown_path(path), added, taken_back)
        text = body["text"]
        if text.strip():
            parse_edits(text, shown_path(path), slug)
        return text

    def _project(self) -> Project:
        """Return the project as its file is now."""
        with self._loading:
            about = self._config.stat()
            state = about.st_mtime_ns, about.st_size
            if self._loaded is None or self._loaded[0] != state:
                self._loaded = state, load_project(self._config)
            return self._loaded[1]

    def _lost(self, project: Project, slug: str) -> list[str]:
        """Return what to say of edits that did not find their topics in the latest build."""
        build = self._latest()
        if slug not in self._told or build is None or self._told[slug][0] != build:
            self._told[slug] = build, self._find_lost(project, slug)
        return self._told[slug][1]

    def _find_lost(self, project: Project, slug: str) -> list[str]:
        report = Report(-1)
        try:
            stages = status(project, frozenset({slug}), report)
            outcomes = edit_outcomes(project, stages, report).get(slug, [])
        except SitegenError:  # which the preview shows
            return []
        return [f"{each.place}: {each.say}" for each in outcomes if each.status != "held"]


def _read(path: Path) -> dict[str, str]:
    """Return the text of the file, empty if there is none, and its hash."""
    data = path.read_bytes() if path.exists() else b""
    return {"text": data.decode("utf-8"), "hash": hashlib.sha256(data).hexdigest()}


def _shown(path: Path, slug: str) -> dict[str, Any]:
    """Return the text of the file, its hash, and its edits, for the form of a topic; none while it cannot be read."""
    now = _read(path)
    try:
        file = parse_edits(now["text"], shown_path(path), slug).file if now["text"].strip() else None
    except SitegenError:  # which the preview shows
        file = None
    edits = file.edits if file else ()
    return {**now, "edits": [each.model_dump(mode="json", exclude_unset=True) for each in edits]}


def _write(path: Path, text: str, before: str) -> bool:
    """Write the file, whole or not at all, and only if its hash is still `before`; an empty one is none."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(text, "utf-8")
    if _read(path)["hash"] != before:  # by hand, while the edit was added
        draft.unlink()
        return False
    if text.strip():
        draft.replace(path)
    else:
        draft.unlink()
        path.unlink(missing_ok=True)
    return True


def _problem(code: int, message: str) -> Response:
    return JSONResponse({"error": message}, code)
