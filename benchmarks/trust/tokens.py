"""Tokens in the environment of builds, and every byte that these leave behind, in which they are looked for."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.trust.privacy import leaks, read_site
from benchmarks.trust.project import Told, build_in_child, make_project, write_config
from benchmarks.trust.report import paragraph, verdict

TOKENS = {
    "HF_TOKEN": "hf_qzPlantedZebraTokenOne",
    "HUGGING_FACE_HUB_TOKEN": "hf_qzPlantedZebraTokenTwo",
    "LLM_TOKEN": "sk-qzPlantedZebraTokenThree",
    "OPENAI_API_KEY": "sk-qzPlantedZebraTokenFour",
}


@contextmanager
def model_server(status: int, seen: list[str]) -> Iterator[str]:
    """A server of a language model: its address. It answers each chat, or refuses and repeats the token."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            sent = self.headers.get("Authorization", "")
            seen.append(sent)
            said: dict[str, Any] = {"choices": [{"message": {"content": "Pasta with tomato"}}]}
            body = json.dumps(said if status == 200 else {"error": {"message": f"bad key: {sent}"}}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def build_with_tokens(root: Path, status: int) -> tuple[Told, list[str]]:
    """A build whose names come from a server that wants a token; and the headers that the server saw."""
    seen: list[str] = []
    make_project(root)
    with model_server(status, seen) as address:
        write_config(root, labels={"model": "tiny", "endpoint": address, "token_env": "LLM_TOKEN"})
        told = build_in_child(root, lambda: os.environ.update(TOKENS))
    return told, seen


def section(folder: Path) -> Iterator[str]:
    """The report's lines about tokens."""
    problems, sent, files = [], 0, 0
    for status, code in ((200, 0), (401, 1)):
        root = folder / str(status)
        told, seen = build_with_tokens(root, status)
        sent += seen.count(f"Bearer {TOKENS['LLM_TOKEN']}")
        files += len({name for name, _ in read_site(root)})
        found = leaks(root, list(TOKENS.values()))
        problems += [f"answered {status}: {word} is in {', '.join(where[:5])}" for word, where in found.items()]
        problems += [f"answered {status}: the build said {word}" for word in TOKENS.values() if word in told.text]
        if told.code != code or not seen:
            problems.append(f"answered {status}: the build ended with {told.code}: {told.text[-300:]}")
    yield from paragraph(f"""
        {len(TOKENS)} tokens were in the environment of two builds: {", ".join(TOKENS)}. A server of a language
        model received one of them, as intended, {sent} times; in one build it rejected the token and repeated it in its
        answer. All {files} files of the projects, cache, keys, config and site, unpacked, and all output were searched
        for them.
    """)
    yield from verdict(problems)
