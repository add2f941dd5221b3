"""Requests that no browser makes, sent to the preview server; and what came back."""

from __future__ import annotations

import io
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.trust.project import make_site
from benchmarks.trust.report import paragraph, verdict
from sitegen.commands.serve.server import serving

REQUESTS = 10_000
SECRET = b"hunter2 lies beside the site"
ANSWERS = {200, 206, 302, 304, 307, 400, 403, 404, 405, 414, 416, 431, 505}
LOCAL = ("localhost", "127.0.0.1", "[::1]", "LOCALHOST:80", "127.0.0.1:65535")
FOREIGN = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[",
    "]:[",
    "[::2]",
    "",
    "a@b",
    "\xff",
    "0",
)
ORIGINS = ("null", "http://evil.example", "https://localhost.evil.example", "http://[", "file://", "\xff", "http://0/")
METHODS = ("GET",) * 8 + ("HEAD",) * 3 + ("POST", "OPTIONS", "get", "TRACE", "\xff", "CONNECT")
VERSIONS = ("1.0",) * 6 + ("1.1",) * 6 + ("0.9", "2.0", "1.1.1")
PARTS = (
    *("..", ".", "", "%2e%2e", "%2E.", "..%2f", "%2f", "%5c..%5c", "\\..\\", "..;", "%252e%252e", "%c0%ae%c0%ae"),
    *(
        "secret.txt",
        "link.txt",
        "up",
        "index.html",
        "404.html",
        ".sitegen",
        "assets",
        "trust",
        "map",
        "%00",
        "%ff",
        "%",
    ),
    *(
        "~root",
        "C:",
        "CON",
        "etc",
        "passwd",
        "proc",
        "self",
        "environ",
        "\xe4",
        "?",
        "#",
        ";",
        "*",
        "[",
        "]:",
        "@",
        "a" * 300,
    ),
    *("-sitegen-", "reload.js", "events", "http:", "file:", "//evil.example", "a" * 300),
)
RANGES = ("bytes=0-9", "bytes=-5", "bytes=9-", "bytes=5-2", "bytes=-", "bytes=0-0,2-3", "items=1-2", "bytes=99999999-")
HEADERS = (
    *(f"Range: {each}" for each in (*RANGES, f"bytes={'9' * 5000}-", "bytes=\u00b2-", "bytes=-0")),
    *("If-Modified-Since: yesterday", "If-Modified-Since: Thu, 01 Jan 9999999 00:00:00 GMT", "If-None-Match: *"),
    *("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 -9999", "Content-Length: -1", "Transfer-Encoding: chunked"),
    *("Expect: 100-continue", "Connection: keep-alive", "no colon", ": no name", f"X: {'x' * 70_000}", "Upgrade: h2c"),
)


@dataclass
class Attack:
    """What was asked and what was seen; `problems` should be empty."""

    statuses: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    problems: list[str] = field(default_factory=list)


def random_request(rng: random.Random, secret: Path) -> tuple[bytes, bool]:
    """A request, and whether a page of another host may have sent it."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(1, 200)) + b"\r\n\r\n", False
    parts = [rng.choice(PARTS) for _ in range(rng.randrange(6))]
    path = rng.choice(("/", "", "//", "/trust/", str(secret), f"file://{secret}")) + "/".join(parts)
    foreign_host, foreign_origin = rng.random() < 0.2, rng.random() < 0.1
    lines = [f"{rng.choice(METHODS)} {path} HTTP/{rng.choice(VERSIONS)}"]
    lines.append(f"Host: {rng.choice(FOREIGN if foreign_host else LOCAL)}")
    if foreign_origin:
        lines.append(f"Origin: {rng.choice(ORIGINS)}")
    lines += rng.sample(HEADERS, rng.choice((0, 0, 1, 2)))
    request = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return request, foreign_host or foreign_origin


def exchange(port: int, request: bytes) -> bytes:
    """The answer of the server to these bytes, empty if it waits for more of them."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        answer = b""
        with suppress(ConnectionError):  # it has heard enough
            connection.sendall(request)
        with suppress(ConnectionError, TimeoutError):
            while not _is_whole(request, answer) and (some := connection.recv(65536)):
                answer = (answer + some).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        return answer


def _is_whole(request: bytes, answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    bodiless = request.startswith(b"HEAD ") or head.startswith(b"HTTP/1.1 304 ")
    return bool(end) and (bodiless or (length is not None and len(body) >= int(length[1])))


def attack(site: Path, count: int, seed: int = 1) -> Attack:
    """Send `count` random requests to a server of `site`, beside which a secret lies; links in it lead there."""
    rng, found = random.Random(seed), Attack()
    secret = site.parent / "secret.txt"
    secret.write_bytes(SECRET)
    (site / "link.txt").symlink_to(secret)
    (site / "up").symlink_to(site.parent)
    told = io.StringIO()
    with redirect_stderr(told), serving(site) as port:
        for _ in range(count):
            request, foreign = random_request(rng, secret)
            answer = exchange(port, request)
            found.problems += _wrong(request, answer, foreign, found)
    if told.getvalue():
        found.problems.append(f"the server printed: {told.getvalue()[-600:]}")
    return found


def _wrong(request: bytes, answer: bytes, foreign: bool, found: Attack) -> Iterator[str]:
    line = request[:200]
    status = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    number = int(status[1]) if status else 0
    found.statuses[number] += 1
    found.refused += number == 403
    spoken = re.match(rb"\S+ \S+ HTTP/1\.[01]\r", request)  # others get an answer without a status, or none
    if number not in ANSWERS and (number or spoken):
        yield f"{line!r}: answered {answer[:80]!r}"
    if SECRET in answer:
        yield f"{line!r}: the secret was served"
    if foreign and number in {200, 206, 302, 304, 307, 404}:
        yield f"{line!r}: answered {number} to another host"


def section(folder: Path) -> Iterator[str]:
    """The report's lines about the preview server."""
    found = attack(make_site(folder), REQUESTS)
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(found.statuses.items()) if status)
    yield from paragraph(f"""
        {REQUESTS:,} random requests (paths with `..` in many spellings, links out of the site, absolute paths, NUL,
        ranges, broken headers, methods, versions and bytes) were sent to `sitegen serve`, beside whose site a secret
        file lies. Answers by status: {told}; the others were no HTTP/1 at all. Asked: nothing of the secret, no other
        status, nothing printed by the server, no answer but a refusal to a foreign `Host` or `Origin`.
    """)
    yield from verdict(found.problems)
