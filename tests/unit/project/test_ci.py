"""`.ci/run` checks every Python that is there, each once."""

import shutil
import subprocess

import pytest

from tests.unit.helpers import REPO


def made(folder, others):
    """What `.ci/run` asks of make, where `make test` takes Python 3.11 and these others are there."""
    tools, log = folder / "tools", folder / "log"
    (folder / ".ci").mkdir()
    shutil.copy(REPO / ".ci" / "run", folder / ".ci" / "run")
    scripts = {tools / "make": f'echo "$@" >> {log}', folder / ".venv" / "bin" / "python": "echo 3.11"}
    scripts |= {tools / f"python{version}": "" for version in others}
    for path, script in scripts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        path.chmod(0o755)
    (tools / "dirname").symlink_to(shutil.which("dirname"))
    places = {"PATH": str(tools), "PYENV_ROOT": str(folder)}
    subprocess.run([shutil.which("bash"), folder / ".ci" / "run"], env=places, check=True, capture_output=True)
    return log.read_text().splitlines()


@pytest.mark.parametrize("others", [["3.12"], ["3.12", "3.13"]])
def test_every_other_python_is_checked_without_torch(tmp_path, others):
    assert made(tmp_path, others) == ["test", *(f"light PYTHON=python{version}" for version in others)]


def test_a_lone_python_has_its_coverage_measured_as_well(tmp_path):
    assert made(tmp_path, []) == ["test", "unit PYTHON=.venv/bin/python"]
