"""Several sources are read one after the other, each told by the column `source`; other packages may add kinds."""

import subprocess
import sys
from pathlib import Path

import pytest

from sitegen.config import parse_config
from sitegen.errors import SourceError
from sitegen.pipeline.explain_key import explain
from sitegen.pipeline.sources import open_source
from tests.unit.helpers import CAPTURE, REPO, cli_env, dataset


@pytest.fixture
def sources(package):
    """Opens a list of `package` sources, given as their files' contents and tags."""

    def sources(*parts):
        for number, (content, _) in enumerate(parts):
            package(f"carrier{number}", {"x.json": content})
        listed = [
            {"type": "package", "package": f"carrier{number}", "path": "x.json", **({"tag": tag} if tag else {})}
            for number, (_, tag) in enumerate(parts)
        ]
        return open_source(dataset(source=listed).source, Path())

    return sources


def test_rows_come_in_the_order_of_the_sources_with_their_tags(sources):
    opened = sources(('[{"a": 1}, {"a": 2}]', None), ('[{"a": 3}]', "mine"))
    assert [(row["a"], row["source"]) for row in opened.rows()] == [(1, "carrier0"), (2, "carrier0"), (3, "mine")]
    assert list(opened.rows()) == list(opened.rows())


def test_a_single_source_keeps_its_own_column_source(sources):
    assert list(sources(('[{"source": "own"}, {}]', None)).rows()) == [{"source": "own"}, {"source": "carrier0"}]


@pytest.mark.parametrize("parts", [[('[{"source": "own"}]', "t")], [('[{"source": "own"}]', "t"), ("[]", None)]])
def test_a_tag_keeps_the_own_column_under_another_name(sources, parts):
    assert list(sources(*parts).rows()) == [{"source": "t", "original_source": "own"}]


def test_the_revision_names_every_source(sources, package):
    before = sources(("[]", None), ("[]", None)).revision()
    assert sources(("[]", None), ("[{}]", None)).revision() != before
    assert sources(("[{}]", None), ("[]", None)).revision() != before


def test_an_error_names_the_source_that_it_is_about(sources):
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        list(sources(("[]", None), ("[", None)).rows())
    assert caught.value.field.startswith("source[1]")


def test_a_source_that_is_not_there_is_told_before_any_is_read(package):
    package("carrier", {"x.json": "["})
    good = {"type": "package", "package": "carrier", "path": "x.json"}
    with pytest.raises(SourceError, match=r"no file 'y\.json'") as caught:
        open_source(dataset(source=[good, {**good, "path": "y.json"}]).source, Path())
    assert caught.value.field == "source[1].path"


def test_a_change_of_one_source_is_explained_by_its_place():
    one, other = ({"config": {"source": [{"path": "x"}, {"path": path}]}} for path in "yz")
    assert explain(one, other) == "source.1.path y -> z"


PLUGIN = """
from typing import Literal
from sitegen.config.sources import SourceSection
class Section(SourceSection):
    reader = "plugin:Reader"
    type: Literal["numbers"]
    upto: int
    "How many rows."
    def label(self): return "numbers"
class Reader:
    def __init__(self, config, root): self.config = config
    def revision(self): return str(self.config.upto)
    def rows(self): return ({"n": n} for n in range(self.config.upto))
"""
USE = """
from pathlib import Path
from sitegen.config import parse_config
from sitegen.pipeline.sources import open_source
source = parse_config("datasets: [{slug: a, title: A, source: {type: numbers, upto: 2}}]").datasets[0].source
print(list(open_source(source, Path()).rows()))
"""


def run_with_plugin(folder, code, plugin=PLUGIN):
    (folder / "plugin.py").write_text(plugin)
    info = folder / "plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sitegen.sources]\nnumbers = plugin:Section\n")
    return subprocess.run([sys.executable, "-c", code], cwd=REPO, env=cli_env(folder), **CAPTURE)


def test_another_package_adds_a_source(tmp_path):
    done = run_with_plugin(tmp_path, USE)
    assert done.stdout.strip() == "[{'n': 0, 'source': 'numbers'}, {'n': 1, 'source': 'numbers'}]", done.stderr


def test_a_mistake_in_an_added_source_is_told_with_its_place(tmp_path):
    done = run_with_plugin(tmp_path, USE.replace("upto: 2", "up: 2"))
    assert "datasets.yaml:1:56: datasets[0].source.up: unknown key, did you mean upto?" in done.stderr


@pytest.mark.parametrize("plugin", ["import nothing_like_this", "Section = 3", "class Section: pass"])
def test_a_broken_package_is_told_where_used_and_harms_no_other(tmp_path, plugin):
    done = run_with_plugin(tmp_path, USE, plugin)
    assert "the package that adds the source 'numbers' could not be loaded" in done.stderr
    code = USE.replace("{type: numbers, upto: 2}", "{type: docstrings, packages: [json]}")
    (tmp_path / "again").mkdir()
    assert run_with_plugin(tmp_path / "again", code, plugin).returncode == 0


def test_without_another_package_the_kind_is_unknown():
    with pytest.raises(Exception, match="unknown type 'numbers', known kinds of source"):
        parse_config("datasets: [{slug: a, title: A, source: {type: numbers, upto: 2}}]")
