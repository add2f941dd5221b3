"""What sitegen is made of: nothing that runs what it reads, nothing that remembers readers, no licence that forbids."""

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "docs"))

from licences import REFUSED, licences  # noqa: E402

SOURCES = sorted((ROOT / "sitegen").rglob("*.py"))
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
STORAGE = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\.|serviceWorker|sendBeacon")


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def runs_what_it_reads(source):
    """What of a module may run data as code."""
    tree = ast.parse(source)
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found = {str(name).partition(".")[0] for name in modules} & FORBIDDEN_MODULES
    for call in calls(tree):
        name = ast.unparse(call.func)
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        found |= {name} & (FORBIDDEN_CALLS | {"torch.load", "pd.read_pickle", "pandas.read_pickle"})
        found |= {each for each in ("allow_pickle", "shell") if options.get(each, "False") != "False"}
        if name.endswith("np.load") and len(call.args) > 2:  # the third one is allow_pickle
            found.add(name)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_runs_what_it_reads(path):
    assert runs_what_it_reads(path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    [
        *("import pickle", "import pickle as p", "from joblib import load", "from os import x; import dill.source"),
        *("eval(text)", "x = exec(text)", "__import__(name)", "torch.load(path)", "pd.read_pickle(path)"),
        *("np.load(path, allow_pickle=True)", "np.load(path, None, True)", "run(text, shell=flag)"),
    ],
)
def test_a_module_that_runs_what_it_reads_would_be_seen(source):
    assert runs_what_it_reads(source) != set()


@pytest.mark.parametrize("name", ["gallery.txt", "dev.txt", "light.txt"])
def test_every_pinned_package_has_hashes(name):
    _, *packages = re.split(r"^(?=\w)", (ROOT / "requirements" / name).read_text("utf-8"), flags=re.MULTILINE)
    assert len(packages) > 50
    assert [
        each for each in packages if not re.fullmatch(r"\S+==\S+( \\\n +--hash=sha256:[0-9a-f]{64})+\n", each)
    ] == []


def test_the_theme_stores_nothing_about_its_readers():
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    assert files
    assert [path.name for path in files if STORAGE.search(path.read_text("utf-8"))] == []


def test_every_pinned_package_has_a_licence_that_may_be_used():
    found = licences()
    assert len(found) > 20
    assert {name: text for name, text in found.items() if REFUSED.search(text) or text == "not named"} == {}


@pytest.mark.skipif(find_spec("torch") is None, reason="reads the licences of all packages, which are not here")
def test_the_list_of_licences_names_every_pinned_package():
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert set(re.findall(r"^\| ([\w.-]+) \|", page, re.MULTILINE)) - {"package"} == set(licences())
