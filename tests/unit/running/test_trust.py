"""A few of the trials of `python -m benchmarks.trust`, which makes docs/trust.md from many."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_builds_killed_or_unable_to_write_leave_a_whole_site():
    command = [sys.executable, "-m", "benchmarks.trust", "--quick", "--check", "kills", "disk"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
