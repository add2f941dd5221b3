"""No message and no page sends anybody to a name on PyPI that is not ours: `sitegen` is taken, `sitegen-maps` free."""

import json
import re
import subprocess
import tomllib

import pytest

from sitegen import install_hint
from sitegen.install_hint import install_command
from tests.unit.helpers import REPO

EXTRA = re.compile(r"sitegen(?:-maps)?\[[^\]\n]*\](?! @ )")
"""The name with extras, without an address."""
BARE = re.compile(
    r"(?:pip|pipx|uv|uvx|poetry|conda)\b[^\n`#]{0,60}?\b(?:install|add|run)\b"
    r"[^\n`#]*?[\s\"']sitegen(?:-maps)?(?![\w/.\-])(?!\S* @ )"
)
"""The name as the argument of an installer."""
ALLOWED = {"CHANGELOG.md", "tests/unit/project/test_install_hint.py"}

ORIGINS = {
    "checkout": ({"url": "file:///a%20b/sitegen", "dir_info": {}}, "pip install '/a b/sitegen[near]'"),
    "editable": (
        {"url": "file:///src/sitegen", "dir_info": {"editable": True}},
        "pip install --editable '/src/sitegen[near]'",
    ),
    "repository": (
        {"url": "https://example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
        "pip install 'sitegen-maps[near] @ git+https://example.org/s.git@abc'",
    ),
    "wheel": (
        {"url": "https://example.org/sitegen_maps-0.1.0-py3-none-any.whl", "archive_info": {}},
        "pip install 'sitegen-maps[near] @ https://example.org/sitegen_maps-0.1.0-py3-none-any.whl'",
    ),
    "unknown": ({}, "pip install '.[near]' in its checkout"),
}


class Installed:
    def __init__(self, record):
        self.record = record

    def read_text(self, name):
        return self.record if name == "direct_url.json" else None


@pytest.mark.parametrize(("origin", "command"), ORIGINS.values(), ids=ORIGINS)
def test_the_command_names_where_sitegen_came_from(monkeypatch, origin, command):
    monkeypatch.setattr(install_hint, "distribution", lambda name: Installed(json.dumps(origin)))
    assert install_command("near") == command
    assert not BARE.search(command)


def test_the_distribution_is_the_one_that_is_built():
    built = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["name"]
    assert built == install_hint.DISTRIBUTION


def test_without_metadata_it_is_the_checkout(monkeypatch):
    def absent(name):
        raise install_hint.PackageNotFoundError(name)

    monkeypatch.setattr(install_hint, "distribution", absent)
    assert install_command("pipeline", "dask") == "pip install '.[pipeline,dask]' in its checkout"


@pytest.mark.parametrize("record", ["not json", "[]", ""])
def test_a_broken_record_is_none(monkeypatch, record):
    monkeypatch.setattr(install_hint, "distribution", lambda name: Installed(record))
    assert install_command("near") == "pip install '.[near]' in its checkout"


def test_the_search_for_unsafe_commands_finds_them():
    for text in (
        'pip install "sitegen[near]"',
        "pip install -U sitegen",
        "uv pip install sitegen",
        "pipx run sitegen-maps",
        "pip install sitegen-maps[near]",
    ):
        assert EXTRA.search(text) or BARE.search(text), text
    for text in ('pip install ".[near]"', "pip install 'sitegen[a] @ git+https://x'", "pip install dist/sitegen-1.whl"):
        assert not EXTRA.search(text), text
        assert not BARE.search(text), text


def test_no_file_of_the_project_has_one():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=False).stdout
    names = [name for name in listed.split("\0") if name] or [
        path.relative_to(REPO).as_posix()
        for folder in ("sitegen", "docs", "templates", "examples", "benchmarks", "tests")
        for path in (REPO / folder).rglob("*")
    ]
    kinds = {".py", ".md", ".j2", ".yaml", ".yml", ".toml", ".js", ".sh", ".txt", ""}
    files = [REPO / name for name in names if name not in ALLOWED and (REPO / name).suffix in kinds]
    texts = {path: path.read_text("utf-8", "replace") for path in files if path.is_file()}
    assert len(texts) > 200
    found = [
        f"{path.relative_to(REPO)}: {match.group()}"
        for path, text in texts.items()
        for pattern in (EXTRA, BARE)
        for match in pattern.finditer(text)
    ]
    assert found == []
