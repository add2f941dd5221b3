"""Programs that import sitegen see its types."""

import subprocess
import sys
import zipfile

import pytest

from tests.unit.helpers import CAPTURE, REPO, cli_env

USER = """from pathlib import Path
from sitegen.config import load_project
titles: list[str] = [each.title for each in load_project(Path("datasets.yaml")).config.datasets]
wrong: int = load_project(Path("datasets.yaml")).config.datasets[0].title
"""


def test_a_program_is_checked_against_the_types(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    cache = REPO / ".mypy_cache" / "user"
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), "user.py"]
    done = subprocess.run(command, cwd=tmp_path, env=cli_env(REPO), **{**CAPTURE, "timeout": 300})
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, done.stdout + done.stderr
    assert errors[0].startswith("user.py:4: error: Incompatible types in assignment"), errors


def test_the_wheel_says_that_it_is_typed_and_holds_the_theme(tmp_path):
    builders = pytest.importorskip("hatchling.builders.wheel")
    (path,) = builders.WheelBuilder(str(REPO)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(path).namelist()
    assert {"sitegen/py.typed", "sitegen/theme/templates/map.html.j2", "sitegen/cli.py"} <= set(names)
    assert [name for name in names if not name.startswith(("sitegen/", "sitegen_maps-"))] == []
