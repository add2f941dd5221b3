"""A small Hugging Face Hub on the loopback: what `datasets` and `huggingface_hub` ask for, and ways to fail."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

API = re.compile(r"/api/datasets/([^/]+/[^/]+)(?:/(revision|tree|paths-info|auth-check)(?:/([^/]+)(?:/(.*))?)?)?")
FILE = re.compile(r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.*)")


@dataclass
class Repository:
    """A dataset repository: path -> content, at one commit."""

    files: dict[str, bytes]
    gated: bool = False
    commit: str = ""

    def __post_init__(self) -> None:
        content = json.dumps({path: hashlib.sha1(data).hexdigest() for path, data in sorted(self.files.items())})
        self.commit = hashlib.sha1(content.encode()).hexdigest()


@dataclass
class Hub:
    """The server.

    Attributes:
        repositories: by `owner/name`.
        breaks: how many more times the connection breaks half way, by path of the file.
        requests: what was asked, in order.
        tokens: the tokens that came along.
    """

    repositories: dict[str, Repository]
    breaks: dict[str, int] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    allowed: str | None = None

    def __enter__(self) -> Self:
        hub = self

        class Bound(_Handler):
            served = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"


class _Handler(BaseHTTPRequestHandler):
    served: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode()) if length else {}
        path = unquote(urlsplit(self.path).path)
        self.served.requests.append(f"{self.command} {path}")
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.served.tokens.add(token)
        match = API.fullmatch(path) or FILE.fullmatch(path)
        repository = self.served.repositories.get(match[1]) if match else None
        if match is None or repository is None:
            self._error(401, "RepoNotFound", "Repository not found")
            return
        is_file = match.re is FILE
        asks, revision = (None, match[2]) if is_file else (match[2], match[3])
        if revision not in (None, "main", repository.commit):
            self._error(404, "RevisionNotFound", "Invalid rev id")
            return
        if (is_file or asks == "auth-check") and repository.gated and token != self.served.allowed:
            self._error(403, "GatedRepo", "Access to this dataset is restricted")
            return
        if is_file:
            self._file(repository, match[3])
        elif asks == "tree":
            self._tree(repository, match[4] or "", "recursive=true" in self.path.lower())
        elif asks == "paths-info":
            self._json([each for name in form.get("paths", []) if (each := _info(repository, name))])
        elif asks == "auth-check":
            self._json({})
        else:
            siblings = [{"rfilename": name} for name in sorted(repository.files)]
            self._json({"id": match[1], "sha": repository.commit, "private": False, "siblings": siblings, "tags": []})

    def _tree(self, repository: Repository, folder: str, recursive: bool) -> None:
        prefix = f"{folder}/" if folder else ""
        inside = [name for name in sorted(repository.files) if name.startswith(prefix)]
        if not inside and folder:
            self._error(404, "EntryNotFound", f"{folder} does not exist")
            return
        paths = dict.fromkeys(
            prefix + "/".join(parts[:depth])
            for name in inside
            for parts in [name.removeprefix(prefix).split("/")]
            for depth in (range(1, len(parts) + 1) if recursive else [1])
        )
        self._json([_info(repository, path) for path in paths])

    def _file(self, repository: Repository, name: str) -> None:
        data = repository.files.get(name)
        if data is None:
            self._error(404, "EntryNotFound", "Entry not found", {"X-Repo-Commit": repository.commit})
            return
        start, end = 0, len(data)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if asked:
            start, end = int(asked[1]), min(int(asked[2] or len(data)) + 1, len(data))
        breaks = self.command == "GET" and self.served.breaks.get(name, 0) > 0
        self.send_response(206 if asked else 200)
        self.send_header("X-Repo-Commit", repository.commit)
        self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(end - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        self.end_headers()
        if breaks:
            self.served.breaks[name] -= 1
            # The first part comes once; from then on nothing does, until there are no breaks left.
            self.wfile.write(data[start : (start + end) // 2] if start == 0 else b"")
            self.close_connection = True
        elif self.command == "GET":
            self.wfile.write(data[start:end])

    def _json(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"X-Error-Code": code, "X-Error-Message": message, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()


def _info(repository: Repository, path: str) -> dict[str, Any] | None:
    data = repository.files.get(path)
    if data is not None:
        return {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
    if any(name.startswith(f"{path}/") for name in repository.files):
        return {"type": "directory", "path": path, "oid": hashlib.sha1(path.encode()).hexdigest()}
    return None
