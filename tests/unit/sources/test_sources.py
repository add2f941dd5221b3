"""Rows come out of installed packages in a fixed order, and nothing in them is imported."""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from sitegen.config import DocstringsSource, PackageSource
from sitegen.errors import SourceError
from sitegen.pipeline.sources import open_source as open_sources

PLANTED = "raise RuntimeError('this package was imported')\n"


def open_source(section, root=Path()):
    return open_sources(section, root)


def file_source(path, package="carrier"):
    return PackageSource(type="package", package=package, path=path)


def docstrings(*packages):
    return list(open_source(DocstringsSource(type="docstrings", packages=packages)).rows())


@pytest.fixture
def rows(package):
    """The rows of one file in a package whose import fails."""

    def rows(content, name="data.json"):
        package("carrier", {"__init__.py": PLANTED, name: content})
        found = list(open_source(file_source(name)).rows())
        assert all(row.pop("source") == "carrier" for row in found)
        return found

    return rows


def test_a_list_of_objects_gives_its_objects(rows):
    assert rows('[{"a": 1}, {"b": [2]}]') == [{"a": 1}, {"b": [2]}]


def test_an_object_of_objects_gives_them_with_their_key(rows):
    assert rows('{"x": {"a": 1}, "y": {}}') == [{"key": "x", "a": 1}, {"key": "y"}]


def test_json_lines_give_one_row_per_line(rows):
    assert rows('{"a": 1}\n\n{"a": "ä"}\n', "data.jsonl") == [{"a": 1}, {"a": "ä"}]


def test_a_file_in_a_folder_of_the_package_is_found(rows):
    assert rows("[{}]", "deep/down/data.json") == [{}]


@pytest.mark.parametrize("content", ["[]", "{}"])
def test_a_file_without_rows_has_none(rows, content):
    assert rows(content) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[{]", "data.json is not valid JSON"),
        ("", "data.json is not valid JSON"),
        (b'[{"a": "caf\xe9"}]', r"data.json: line 1: not UTF-8 text \(byte 11\)"),
        ('[{"a": 1}, 3]', "data.json: row 2 is int, not an object"),
        ('"text"', "data.json holds neither a list nor an object of objects"),
        ("3", "data.json holds neither a list nor an object of objects"),
        ("[" * 100_000 + "]" * 100_000, "data.json is not valid JSON"),
    ],
    ids=["malformed", "empty", "not UTF-8", "number in list", "text", "number", "deep"],
)
def test_a_file_that_holds_no_rows_is_an_error_in_words(rows, content, message):
    with pytest.raises(SourceError, match=message):
        rows(content)


def test_a_malformed_line_is_told_by_its_number(rows):
    with pytest.raises(SourceError, match=r"data\.jsonl.*\b3\b"):
        rows('{"a": 1}\n{"a": 2}\n{"a": oops}\n', "data.jsonl")


@pytest.mark.parametrize("path", ["../secret.json", "deep/../../secret.json", "{absolute}", "link.json"])
def test_a_path_that_leaves_the_package_is_refused(package, tmp_path, path):
    secret = tmp_path / "packages" / "secret.json"
    secret.write_text("[]")
    folder = package("carrier", {"deep/inside.json": "[]"})
    (folder / "link.json").symlink_to(secret)
    with pytest.raises(SourceError, match="leaves the package carrier"):
        open_source(file_source(path.format(absolute=secret)))


@pytest.mark.parametrize("path", ["nope.json", "deep", "", "a\x00b"])
def test_a_file_that_is_not_there_is_told(package, path):
    package("carrier", {"deep/inside.json": "[]"})
    with pytest.raises(SourceError, match="carrier"):
        open_source(file_source(path))


@pytest.mark.parametrize("name", ["no_such_package_anywhere", "class", "__main__"])
@pytest.mark.parametrize("kind", ["package", "docstrings"])
def test_a_package_not_installed_is_told_with_the_next_step(kind, name, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)  # as in the `sitegen` command
    config = file_source("x.json", name) if kind == "package" else DocstringsSource(type="docstrings", packages=(name,))
    with pytest.raises(SourceError, match=f"package '{name}' is not installed here; install it"):
        open_source(config)


def test_another_size_of_the_file_is_another_revision(package):
    package("carrier", {"data.json": "[]"})
    before = open_source(file_source("data.json")).revision()
    assert open_source(file_source("data.json")).revision() == before
    package("carrier", {"data.json": "[{}]"})
    assert open_source(file_source("data.json")).revision() != before


def test_the_revision_of_an_installed_package_is_its_release():
    revision = open_source(DocstringsSource(type="docstrings", packages=("PIL", "click"))).revision()
    assert revision == f"pillow=={version('pillow')}, click=={version('click')}"


MODULE = '''"""Module."""
import os

def second():
    """Second."""

def first():
    """First."""
    def inner():
        """Inside a function."""

async def later():
    """Later."""

class Thing:
    """Thing."""

    def method(self):
        """Method."""

    def bare(self):
        pass

    def _hidden(self):
        """Hidden method."""

    class Inner:
        """Inner."""

        def deep(self):
            """Deep."""

class _Hidden:
    """Hidden class."""

    def shown(self):
        """Public by name, inside a private class."""

def _hidden():
    """Hidden function."""
'''


def test_public_docstrings_are_read_in_the_order_of_the_source(package):
    package("library", {"mod.py": MODULE})
    assert [(row["name"], row["kind"], row["text"]) for row in docstrings("library")] == [
        ("library.mod", "module", "Module."),
        ("library.mod.second", "function", "Second."),
        ("library.mod.first", "function", "First."),
        ("library.mod.later", "function", "Later."),
        ("library.mod.Thing", "class", "Thing."),
        ("library.mod.Thing.method", "function", "Method."),
        ("library.mod.Thing.Inner", "class", "Inner."),
        ("library.mod.Thing.Inner.deep", "function", "Deep."),
    ]


def test_modules_come_in_order_of_paths_and_packages_as_listed(package):
    files = {f"{name}.py": f'"""{name}."""' for name in ("b", "a", "sub/__init__", "sub/c", "B")}
    package("zoo", {"__init__.py": '"""zoo."""', **files})
    package("ant", {"__init__.py": '"""ant."""'})
    names = [row["name"] for row in docstrings("zoo", "ant")]
    assert names == ["zoo.B", "zoo", "zoo.a", "zoo.b", "zoo.sub", "zoo.sub.c", "ant"]
    assert [row["package"] for row in docstrings("zoo", "ant")] == ["zoo"] * 6 + ["ant"]


def test_a_docstring_is_dedented(package):
    package("library", {"mod.py": 'def f():\n    """One.\n\n    Two.\n      Three.\n    """\n'})
    assert [row["text"] for row in docstrings("library")] == ["One.\n\nTwo.\n  Three."]


@pytest.mark.parametrize(
    "content",
    ["def f(:\n", b"\xff\xfe", b"a = 1\x00\n", "print 'python 2'\n", "{{ template }}\nclass {{ x }}:\n", "(" * 5000],
    ids=["syntax error", "not UTF-8", "NUL", "python 2", "template", "deep"],
)
def test_a_file_that_is_no_python_is_passed_over(package, content):
    package("library", {"bad.py": content, "good.py": '"""Good."""'})
    assert [row["name"] for row in docstrings("library")] == ["library.good"]


def test_what_only_has_the_name_of_a_module_is_passed_over(package):
    folder = package("library", {"good.py": '"""Good."""', "folder.py/__init__.py": '"""In a folder."""'})
    (folder / ".#edited.py").symlink_to("nobody@nowhere.1234")
    assert "library.good" in [row["name"] for row in docstrings("library")]


@pytest.mark.parametrize("folder", ["tests", "_vendor", "deep/testing"])
def test_tests_and_vendored_code_are_passed_over(package, folder):
    package("library", {f"{folder}/mod.py": '"""Skipped."""', "mod.py": '"""Kept."""'})
    assert [row["text"] for row in docstrings("library")] == ["Kept."]


def test_nothing_that_is_read_is_imported(package):
    package("library", {"__init__.py": f'"""Library."""\n{PLANTED}', "mod.py": f'"""Module."""\n{PLANTED}'})
    assert [row["text"] for row in docstrings("library")] == ["Library.", "Module."]
    assert not {name for name in sys.modules if name.partition(".")[0] == "library"}


def test_warnings_of_the_code_that_is_read_are_not_ours(package, recwarn):
    package("library", {"mod.py": '"""Bad \\escape."""\nassert (1, "always true")\n'})
    assert docstrings("library")
    assert [str(each.message) for each in recwarn] == []


def test_rows_are_plain_json(package):
    package("library", {"mod.py": MODULE})
    found = docstrings("library")
    assert json.loads(json.dumps(found)) == found
    assert os.sep not in found[0]["name"]
