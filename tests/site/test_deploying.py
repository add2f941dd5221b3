"""The recipes of `docs/deploying.md` fit what is published and what the command line takes."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from sitegen.cli import cli

TEXT = (Path(__file__).parents[2] / "docs" / "deploying.md").read_text("utf-8")
WORKFLOW = re.search(r"```yml\n(.+?)```", TEXT, re.DOTALL)[1]


def test_what_may_be_cached_for_ever_is_what_carries_a_hash(tiny):
    (forever,) = [each for each in re.split(r"^(?=aws )|```", TEXT, flags=re.MULTILINE) if "immutable" in each[:300]]
    patterns = re.findall(r'--include "(.+?)"', forever)
    names = [path.relative_to(tiny.folder).as_posix() for path in tiny.folder.rglob("*") if path.is_file()]
    matched = {name for name in names if any(fnmatch(name, pattern) for pattern in patterns)}
    assert len(matched) > 20
    assert matched == {name for name in names if re.search(r"[.-][0-9a-f]{10}[./]", name)}


def test_the_commands_of_the_recipes_are_there():
    steps = YAML(typ="safe").load(WORKFLOW)["jobs"]["build"]["steps"]
    lines = [step["run"] for step in steps if "run" in step]
    lines += re.findall(r"(?:^|`)(sitegen \w+[^`&\n]*)", TEXT, re.MULTILINE)
    commands = [words for line in lines if (words := shlex.split(line))[0] == "sitegen"]
    assert ["sitegen", "build", "--strict"] in commands
    for _, name, *options in commands:
        with click.Context(cli.commands[name]) as context:
            cli.commands[name].parse_args(context, options)


@pytest.mark.parametrize("recipe", re.findall(r"^.*rsync -a.*build/.*$", TEXT, re.MULTILINE))
def test_old_files_go_after_the_pages_that_need_them(recipe):
    assert {"--delay-updates", "--delete-after"} < set(recipe.split())
