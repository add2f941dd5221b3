"""Work in processes, started by a user's script."""

import subprocess
import sys

from tests.unit.helpers import CAPTURE, REPO, cli_env

SCRIPT = """\
import os
from sitegen.parallel import in_processes
os.cpu_count = lambda: 2
print("runs", __spec__, os.path.basename(__file__))
print(list(in_processes(abs, [-1, -2, -3])), os.path.basename(__file__))
"""


def test_a_script_without_a_guard_runs_once(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, env=cli_env(REPO), **CAPTURE)
    assert done.stderr == ""
    assert done.stdout == "runs None script.py\n[1, 2, 3] script.py\n"


def test_so_does_a_module(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.replace("__spec__", "__spec__.name"))
    done = subprocess.run([sys.executable, "-m", "script"], cwd=tmp_path, env=cli_env(tmp_path), **CAPTURE)
    assert done.stderr == ""
    assert done.stdout == "runs script script.py\n[1, 2, 3] script.py\n"
