"""The guide says what the code does."""

import dataclasses
import re
import runpy
import tomllib

import pytest

from sitegen.cli import cli
from sitegen.config import Config
from sitegen.workspace import STAGES
from tests.unit.helpers import REPO

DOCS = REPO / "docs"
GENERATE = runpy.run_path(str(DOCS / "generate.py"))


@pytest.mark.parametrize("name", ["configuration.md", "edits.md", "templates.md"])
def test_what_is_made_from_the_code_is_up_to_date(name):
    assert (DOCS / name).read_text("utf-8") == GENERATE["pages"]()[name], "run `python docs/generate.py`"


def test_the_reference_has_every_key_of_the_config():
    text = (DOCS / "configuration.md").read_text("utf-8")
    keys = {key for section in Config.model_json_schema()["$defs"].values() for key in section["properties"]}
    assert len(keys) > 60
    assert sorted(key for key in keys if f"| `{key}` |" not in text) == []


def test_the_reference_has_every_field_of_every_view():
    sections = (DOCS / "templates.md").read_text("utf-8").split("\n## ")[1:]
    documented = {each.split("\n")[0]: re.findall(r"^\| `(\w+)` \|", each, re.MULTILINE) for each in sections}
    views = GENERATE["view_classes"]()
    assert len(views) > 6
    assert documented == {view.__name__: [field.name for field in dataclasses.fields(view)] for view in views}


def test_the_custom_properties_of_the_theme_are_documented():
    style = (REPO / "static" / "css" / "site.css").read_text("utf-8")
    text = (DOCS / "theming.md").read_text("utf-8")
    used = set(re.findall(r"^  (--[\w-]+):", style.partition("@media")[0], re.MULTILINE))
    assert len(used) > 10
    assert sorted(name for name in used if f"`{name}`" not in text) == []


def test_every_block_of_the_base_template_is_documented():
    text = (DOCS / "theming.md").read_text("utf-8")
    blocks = re.findall(r"{% block (\w+) %}", (REPO / "templates" / "base.html.j2").read_text("utf-8"))
    assert sorted(name for name in blocks if f"`{name}`" not in text) == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_between_the_pages_of_the_guide_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    addresses = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [address for address in addresses if not (DOCS / address).exists()] == []


EXAMPLES = {"my_package/section.py"}
"""Files of a reader's own project."""
GUIDE = [*DOCS.glob("*.md"), *REPO.glob("*.md"), REPO / "benchmarks" / "README.md"]


@pytest.mark.parametrize("path", sorted(GUIDE), ids=lambda path: path.name)
def test_the_files_that_a_page_cites_are_there(path):
    cited = set(re.findall(r"(?:[\w-]+/)*[\w-]+\.py\b", path.read_text("utf-8")))
    cited |= set(
        re.findall(r"(?<![\w./])(?:sitegen|tests|benchmarks|requirements)/[\w./-]+\w", path.read_text("utf-8"))
    )
    there = {f"/{each.relative_to(REPO).as_posix()}" for each in ours()}
    there |= {parent for each in there for parent in parents(each)}
    assert sorted(name for name in cited - EXAMPLES if not any(each.endswith(f"/{name}") for each in there)) == []


def test_the_files_that_the_code_cites_are_there():
    there = {each.relative_to(REPO).as_posix() for each in ours()}
    names = {each.rpartition("/")[2] for each in there}
    wrong = []
    for path in ours():
        if path.suffix == ".py":
            text = path.read_text("utf-8")
            wrong += [(path.name, each) for each in re.findall(r"\btest_\w+\.py\b", text) if each not in names]
            wrong += [
                (path.name, each)
                for each in re.findall(r"\b(?:sitegen|tests|benchmarks|docs)/[\w/]+\.(?:py|md)\b", text)
                if each not in there
            ]
    assert wrong == []


def ours():
    """The files of the project, without what is built or installed beside them."""
    folders = ("sitegen", "tests", "benchmarks", "docs", "requirements", "static", "examples")
    return [*REPO.glob("*.*"), *(each for name in folders for each in (REPO / name).rglob("*.*") if each.is_file())]


def parents(name):
    """The folders above a path."""
    while name := name.rpartition("/")[0]:
        yield name


def test_contributing_tells_the_layers_of_the_import_contract():
    text = (REPO / "CONTRIBUTING.md").read_text("utf-8")
    sentence = re.search(r"Imports go down this list of layers.*?: (.*?)\. ", text, re.DOTALL).group(1)
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"] == "data flows one way")
    assert re.findall(r"`([^`]+)`", sentence) == layers


def test_the_lists_that_extending_names_are_in_the_code():
    text = (DOCS / "extending.md").read_text("utf-8")
    named = re.findall(r"`(\w+)` (?:in|of) `(sitegen/[\w/]+\.py)`", text)
    assert len(named) > 6
    code = {path: (REPO / path).read_text("utf-8") for _, path in named}
    pattern = r"^(?:class |def )?{}\b"
    assert [each for each in named if not re.search(pattern.format(each[0]), code[each[1]], re.MULTILINE)] == []


@pytest.mark.parametrize("path", sorted(GUIDE), ids=lambda path: path.name)
def test_no_table_has_its_rule_on_the_line_of_its_head(path):
    assert [line for line in path.read_text("utf-8").splitlines() if "| |---" in line] == []


@pytest.mark.parametrize("path", sorted(GUIDE), ids=lambda path: path.name)
def test_no_page_is_titled_by_an_identifier(path):
    title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
    assert re.fullmatch(r"[A-Z][a-z]+[A-Z]\w*|\w+_\w+", title) is None


def test_every_script_and_style_of_the_theme_is_in_the_guide():
    text = (DOCS / "theming.md").read_text("utf-8")
    files = [each.name for each in (REPO / "static" / "dist").iterdir()]
    assert len(files) > 15
    assert sorted(name for name in files if f"| `{name}` |" not in text) == []


@pytest.mark.parametrize("path", [REPO / "README.md", DOCS / "commands.md"], ids=lambda path: path.name)
def test_the_table_of_commands_lists_every_command(path):
    table = re.search(r"^\| command \|.*?(?=\n\n)", path.read_text("utf-8"), re.DOTALL | re.MULTILINE).group()
    named = {name.strip() for name in re.findall(r"^\| `sitegen ([a-z ]+)", table, re.MULTILINE)}
    assert named == set(commands(cli))


def commands(group, above=""):
    """Yield the commands of a group of click's, with the names of the groups above."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def test_the_chain_of_stages_is_that_of_the_code():
    text = (DOCS / "commands.md").read_text("utf-8")
    chain = re.search(r"^`documents → (.*)`$", text, re.MULTILINE).group(1).split(" → ")
    assert ["documents", *chain] == [*(stage.name for stage in STAGES), "pages"]
