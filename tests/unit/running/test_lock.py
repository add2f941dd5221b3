"""One build at a time."""

import json
import os
import socket
import subprocess
import sys

import pytest

from sitegen.workspace import locked
from tests.unit.helpers import REPO, cli_env

HOLD = """
import pathlib, sys
from sitegen.workspace import locked
with locked(pathlib.Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, tmp_path / "lock"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=cli_env(REPO), **pipes) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_free_lock_is_taken_without_a_word_and_given_back(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "deep" / "lock", lambda _: pytest.fail("nobody holds it")):
            holder = json.loads((tmp_path / "deep" / "lock").read_text())
            assert (holder["pid"], holder["host"]) == (os.getpid(), socket.gethostname())


def test_who_waits_is_told_for_whom_and_goes_on_when_it_dies(tmp_path, holder):
    said = []

    def say(message):
        said.append(message)
        holder.kill()

    with locked(tmp_path / "lock", say):
        assert len(said) == 1
    assert f"process {holder.pid} on {socket.gethostname()}" in said[0]


def test_a_lock_that_a_killed_process_left_is_stale(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert json.loads((tmp_path / "lock").read_text())["pid"] == holder.pid
    with locked(tmp_path / "lock", lambda _: pytest.fail("nobody holds it")):
        pass
