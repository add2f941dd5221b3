"""A new gallery, its schema, and the examples."""

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from sitegen.commands.init.scaffold import EDITS_SCHEMA, SCHEMA, schema, write_scaffold
from sitegen.config import load_project, parse_config
from sitegen.errors import PublishError
from tests.unit.helpers import REPO, run_cli, snapshot

EXAMPLES = sorted((REPO / "examples").glob("*.yaml"))


def test_the_scaffold_is_a_valid_config_that_names_its_schema(tmp_path):
    write_scaffold(tmp_path / "new")
    text = (tmp_path / "new" / "datasets.yaml").read_text()
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA}"
    assert load_project(tmp_path / "new" / "datasets.yaml").config.datasets[0].slug == "my-texts"
    assert json.loads((tmp_path / "new" / SCHEMA).read_text()) == json.loads(schema())


@pytest.mark.parametrize("name", ["datasets.yaml", SCHEMA, EDITS_SCHEMA, ".gitignore"])
def test_nothing_is_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine")
    before = snapshot(tmp_path)
    with pytest.raises(PublishError, match="already"):
        write_scaffold(tmp_path)
    assert snapshot(tmp_path) == before


def test_the_command_says_what_it_wrote(tmp_path):
    done = run_cli("init", "gallery", cwd=tmp_path)
    assert done.returncode == 0
    assert "gallery/datasets.yaml" in done.stdout
    assert run_cli("init", "gallery", cwd=tmp_path).returncode == 1


def test_the_first_build_of_a_scaffold_says_files_are_missing(tmp_path):
    write_scaffold(tmp_path)
    done = run_cli("build", cwd=tmp_path)
    assert done.returncode == 1
    assert "datasets.yaml:13:7: datasets[0].source.path" in done.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_valid(path):
    assert parse_config(path.read_text("utf-8"), path.name).datasets


def test_there_is_an_example_of_each_walkthrough():
    assert [path.stem for path in EXAMPLES] == ["arxiv", "products", "talk"]


@pytest.mark.parametrize("path", [*EXAMPLES, REPO / "datasets.yaml"], ids=lambda path: path.stem)
def test_what_is_valid_to_sitegen_is_valid_to_the_schema(path):
    data = YAML(typ="safe").load(path.read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(data)), json.loads(schema()))


def test_what_is_wrong_to_sitegen_is_wrong_to_the_schema():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"datasets": [{"slug": "a", "title": "A", "sauce": 1}]}, json.loads(schema()))
