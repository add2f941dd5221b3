"""The preview: base path, reloading, errors shown in the page; and what every server does: ranges, and no rebinding."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from sitegen.commands.serve.server import OWN, serving

BUILD, ERROR = 7, "templates/base.html.j2:3: 'x' is undefined </pre><script>"


class Builds:
    """A preview whose state a test sets."""

    def __init__(self, *states):
        self.states = list(states)

    def latest(self):
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


def get(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


@pytest.fixture(scope="module")
def preview(tiny):
    with serving(tiny.folder, base="/a/b/", preview=Builds((BUILD, ""))) as port:
        yield port


@pytest.fixture(scope="module")
def plain(tiny):
    with serving(tiny.folder) as port:
        yield port


@pytest.mark.parametrize("path", ["/a/b/", "/a/b/index.html", "/a/b/tiny/"])
def test_pages_below_the_base_path_have_the_reloading_script(tiny, preview, path):
    status, _, body = get(preview, path)
    page = (tiny.folder / ("tiny/index.html" if "tiny" in path else "index.html")).read_bytes()
    script = f'<script defer src="{OWN}reload.js?build={BUILD}"></script>'.encode()
    assert status == 200
    assert body.count(script) == 1
    assert body.replace(script, b"") == page


@pytest.mark.parametrize("path", ["/", "/a/b"])
def test_addresses_above_the_base_path_lead_to_it(preview, path):
    status, headers, _ = get(preview, path)
    assert (status, headers["Location"]) == (302, "/a/b/")


def test_a_folder_without_its_slash_keeps_the_base_path(preview):
    status, headers, _ = get(preview, "/a/b/tiny")
    assert (status, urlsplit(headers["Location"]).path) == (307, "/a/b/tiny/")


@pytest.mark.parametrize("path", ["/index.html", "/a/index.html", "/a/b/nowhere", "/a/b/../../../../etc/passwd"])
def test_what_is_not_there_is_not_found(preview, path):
    status, _, body = get(preview, path)
    assert status == 404
    assert b"There is no such page" in body


def test_the_script_is_a_file_of_the_same_origin_and_in_no_site(tiny, preview, plain):
    status, headers, _ = get(preview, f"{OWN}reload.js?build=1")
    assert (status, headers.get_content_type()) == (200, "text/javascript")
    assert get(plain, f"{OWN}reload.js")[0] == 404
    assert get(plain, f"{OWN}events")[0] == 404
    assert [path for path in tiny.folder.rglob("*.html") if OWN.encode() in path.read_bytes()] == []
    assert OWN.encode() not in get(plain, "/")[2]


def test_pages_are_told_of_every_build_and_every_error(tiny):
    states = [(1, ""), (1, ERROR), (2, "")]
    with serving(tiny.folder, preview=Builds(*states)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", f"{OWN}events")
        answer = connection.getresponse()
        lines = [answer.readline() for _ in range(2 * len(states))][::2]
        connection.close()
    assert answer.headers.get_content_type() == "text/event-stream"
    events = [json.loads(line.removeprefix(b"data: ")) for line in lines]
    assert [(event["build"], event["error"]) for event in events] == states


def test_before_the_first_site_a_page_waits_for_it(tmp_path):
    with serving(tmp_path / "nowhere", preview=Builds((0, ERROR))) as port:
        status, _, body = get(port, "/")
    assert status == 404
    assert f"{OWN}reload.js?build=0".encode() in body


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=2-99999999", 206, slice(2, None)),
        ("bytes=99999999-", 416, slice(0, 0)),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(tiny, plain, asked, status, part):
    path = next(tiny.folder.glob("tiny/map/preview.*.webp"))
    data = path.read_bytes()
    found, headers, body = get(plain, f"/tiny/map/{path.name}", Range=asked)
    assert (found, body) == (status, data[part])
    if status == 206:
        assert headers["Content-Type"] == "image/webp"
        start = data.index(body) if asked != "bytes=-4" else len(data) - 4
        assert headers["Content-Range"] == f"bytes {start}-{start + len(body) - 1}/{len(data)}"


def test_several_parts_of_a_file_come_as_one_answer(tiny, plain):
    path = next(tiny.folder.glob("tiny/map/preview.*.webp"))
    status, headers, body = get(plain, f"/tiny/map/{path.name}", Range="bytes=0-3,8-11")
    assert (status, headers.get_content_type()) == (206, "multipart/byteranges")
    assert b"RIFF" in body
    assert b"WEBP" in body


@pytest.mark.parametrize("asked", ["bytes=3-2", "bytes=-", "lines=1-2"])
def test_a_range_that_is_none_is_refused(tiny, plain, asked):
    path = next(tiny.folder.glob("tiny/map/preview.*.webp"))
    assert get(plain, f"/tiny/map/{path.name}", Range=asked)[0] == 400


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_another_name_for_this_machine_is_refused(plain, host):
    status, _, body = get(plain, "/", Host=host)
    assert status == 403
    assert b"sitegen serves this machine only" in body
    assert b"All maps" not in body


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_names_of_this_machine_are_answered(plain, host):
    assert get(plain, "/", Host=host)[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_of_another_host_is_refused(plain, method):
    assert get(plain, "/", method, Origin="https://evil.example")[0] == 403
    assert get(plain, "/", method, Origin="null")[0] == 403
    assert get(plain, "/", method, Origin="http://127.0.0.1:9")[0] == 200
