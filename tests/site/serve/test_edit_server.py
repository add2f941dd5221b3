"""`sitegen serve --edit`: who may change the file of edits, and that nobody's change is lost."""

import json
import urllib.error
import urllib.request

import pytest

from sitegen.commands.serve.editor import Editor
from sitegen.commands.serve.server import serving
from sitegen.config.edits_file import parse_edits, read_edits

CONFIG = "datasets:\n  - slug: tiny\n    title: T\n    source: {type: package, package: p, path: x.json}\n"
RENAME = {"type": "rename", "topic": 1, "name": "Pets"}


class Latest:
    def latest(self):
        return 1, ""


@pytest.fixture
def server(tiny, tmp_path):
    (tmp_path / "datasets.yaml").write_text(CONFIG)
    editor = Editor(tmp_path / "datasets.yaml")
    with serving(tiny.folder, preview=Latest(), editor=editor) as port:
        yield Client(f"http://127.0.0.1:{port}", editor.token, tmp_path / "edits" / "tiny.yaml")


class Client:
    def __init__(self, address, token, path):
        self.address, self.token, self.path = address, token, path

    def ask(self, method="GET", body=None, slug="tiny", **headers):
        """Status and answer."""
        headers = {"x-sitegen-token": self.token, **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/-sitegen-/edits/{slug}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else text.decode()

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=20) as answer:
            return answer.read().decode()


def test_an_edit_is_saved_and_undone(server):
    _, empty = server.ask()
    assert empty["text"] == ""
    status, saved = server.ask("POST", {"hash": empty["hash"], "edits": [RENAME]})
    assert (status, server.path.read_text()) == (200, saved["text"])
    assert "name: Pets" in saved["text"]
    status, undone = server.ask("PUT", {"hash": saved["hash"], "text": ""})
    assert (status, undone["text"], undone["hash"], undone["edits"]) == (200, "", empty["hash"], [])
    assert not server.path.exists()


def test_what_was_written_meanwhile_is_not_overwritten(server):
    _, before = server.ask()
    server.path.parent.mkdir()
    theirs = "dataset: tiny\nedits:\n  - {type: hide, topics: [2]}  # by hand\n"
    server.path.write_text(theirs)
    for method, body in (("POST", {"edits": [RENAME]}), ("PUT", {"text": ""})):
        status, now = server.ask(method, {"hash": before["hash"], **body})
        assert (status, now["text"]) == (409, theirs)
        assert now["edits"] == [{"type": "hide", "topics": [2]}]
        assert server.path.read_text() == theirs
    status, both = server.ask("POST", {"hash": now["hash"], "edits": [RENAME]})
    assert status == 200
    assert both["text"].startswith(theirs)


def test_a_build_does_not_parse_what_the_page_saved_again(server):
    status, _ = server.ask("POST", {"hash": server.ask()[1]["hash"], "edits": [RENAME]})
    parsed = parse_edits.cache_info().misses
    assert read_edits(server.path.parents[1], "tiny").file.edits[0].name == "Pets"
    assert (status, parse_edits.cache_info().misses) == (200, parsed)


@pytest.mark.parametrize("token", ["", "x", "ü"])
def test_without_the_token_nothing_is_told_or_changed(server, token):
    headers = {"x-sitegen-token": token.encode().decode("latin-1")}
    for method, body in (("GET", None), ("POST", {"hash": "", "edits": [RENAME]}), ("PUT", {"hash": "", "text": ""})):
        status, told = server.ask(method, body, **headers)
        assert status == 403
        assert "text" not in told
    assert not server.path.exists()


@pytest.mark.parametrize("headers", [{"Origin": "https://example.org"}, {"Host": "example.org"}])
def test_pages_of_other_hosts_are_refused_even_with_the_token(server, headers):
    assert server.ask(**headers)[0] == 403


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"edits": [RENAME]}, "hash"),
        ([], "hash"),
        ({"edits": [{"type": "renam", "topic": 1}]}, "did you mean rename?"),
        ({"edits": "x"}, "not an edit"),
        ({"edits": [{"type": "merge"}]}, "not an edit"),
        ({"edits": [{**RENAME, "name": "a\nb"}]}, "one line of text"),
    ],
)
def test_what_is_no_edit_is_told_and_leaves_the_file(server, body, told):
    if isinstance(body, dict) and told != "hash":
        body = {**body, "hash": server.ask()[1]["hash"]}
    status, answer = server.ask("POST", body)
    assert status == 422
    assert told in answer["error"]
    assert not server.path.exists()


def test_only_datasets_of_the_project_have_edits(server):
    assert server.ask(slug="other")[0] == 422
    assert server.ask(slug="..%2Fdatasets")[0] in {404, 422}


def test_pages_carry_the_editor_and_the_site_does_not(server, tiny):
    assert "/-sitegen-/edit.js" in server.get("/tiny/index.html")
    assert "createBar" in server.get("/-sitegen-/edit.js")
    written = "".join(path.read_text("utf-8") for path in tiny.folder.rglob("*.html"))
    assert "-sitegen-" not in written


def test_a_preview_without_the_editor_can_only_be_read(tiny):
    with serving(tiny.folder, preview=Latest()) as port:
        client = Client(f"http://127.0.0.1:{port}", "", tiny.folder / "none")
        assert client.ask("POST", {"hash": "", "edits": [RENAME]})[0] in {404, 405}
        assert "edit.js" not in client.get("/tiny/index.html")
