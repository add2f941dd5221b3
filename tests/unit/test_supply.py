"""What sitegen is made of: nothing that runs what it reads, nothing that remembers readers, no licence that forbids."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from licences import REFUSED, licences  # noqa: E402

SOURCES = sorted((ROOT / "sitegen").rglob("*.py"))
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
STORAGE = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\.|serviceWorker|sendBeacon")


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_runs_what_it_reads(path):
    tree = ast.parse(path.read_text("utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {str(name).partition(".")[0] for name in modules} & FORBIDDEN_MODULES == set()
    for call in calls(tree):
        name = ast.unparse(call.func)
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert name not in FORBIDDEN_CALLS
        assert name not in {"torch.load", "pd.read_pickle", "pandas.read_pickle"}
        assert options.get("allow_pickle", "False") == "False"
        assert options.get("shell", "False") == "False"


def test_the_theme_stores_nothing_about_its_readers():
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    assert files
    assert [path.name for path in files if STORAGE.search(path.read_text("utf-8"))] == []


def test_every_pinned_package_has_a_licence_that_may_be_used():
    found = licences()
    assert len(found) > 20
    assert {name: text for name, text in found.items() if REFUSED.search(text) or text == "not named"} == {}


def test_the_list_of_licences_names_every_pinned_package():
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert set(re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)) - {"package"} == set(licences())
