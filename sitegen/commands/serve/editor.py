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
from sitegen.commands.serve.lost_topics import LostTopics, named_by
from sitegen.commands.serve.settle import Item
from sitegen.commands.status import edit_outcomes, status
from sitegen.config import Project, load_project
from sitegen.config.edits_file import Edits, edits_path, parse_edits, shown_path
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
        self._topics = LostTopics(latest)

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
                return JSONResponse({**self._shown(project, path, slug), "lost": self._lost(project, slug)})
            with self._writing:
                now = _read(path)
                if now["hash"] != body["hash"]:
                    return JSONResponse({**self._shown(project, path, slug), "error": CHANGED}, 409)
                before = _parsed(path, slug, now["text"])
                retired: set[int] = set()
                if method == "POST":
                    retired = self._topics.find(project, slug, before) & named_by(_items(body, "edits"))
                    text = change_edits(
                        now["text"], slug, shown_path(path), body["edits"], _items(body, "taken_back"), retired
                    )
                else:
                    text = body["text"]
                after = _parsed(path, slug, text)
                if not _write(path, text, body["hash"]):
                    return JSONResponse({**self._shown(project, path, slug), "error": CHANGED}, 409)
                self._topics.drop(project, slug, now["hash"], before, after, retired)
                if method == "PUT":
                    self._topics.restore(project, slug, _read(path)["hash"])
                return JSONResponse({**self._shown(project, path, slug), "retired": sorted(retired)})
        except SitegenError as error:
            return _problem(422, str(error))
        except (OSError, UnicodeDecodeError) as error:
            return _problem(422, f"{slug}.yaml: {error}")
        except (KeyError, TypeError, AttributeError):
            return _problem(422, "not an edit")

    def _shown(self, project: Project, path: Path, slug: str) -> dict[str, Any]:
        """Return the text of the file, its hash, its edits for the form of a topic, and the numbers of others' in it.

        There are no edits while the file cannot be read.
        """
        now = _read(path)
        try:
            edits = _parsed(path, slug, now["text"])
            others = sorted(self._topics.find(project, slug, edits))
        except SitegenError:  # which the preview shows
            edits, others = None, []
        said = edits.file.edits if edits else ()
        told = [each.model_dump(mode="json", exclude_unset=True) for each in said]
        return {**now, "edits": told, "others": others}

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


def _parsed(path: Path, slug: str, text: str) -> Edits | None:
    return parse_edits(text, shown_path(path), slug) if text.strip() else None


def _items(body: dict[str, Any], key: str) -> list[Item]:
    items: list[Item] = body[key] if key == "edits" else body.get(key, [])
    if not all(isinstance(each, dict) for each in items):
        raise TypeError
    return items


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
