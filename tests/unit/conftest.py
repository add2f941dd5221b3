"""Fixtures of the unit tests, and how hypothesis runs: the same examples every time, no files left behind."""

import io

import pytest
from hypothesis import HealthCheck, settings
from rich.console import Console

from sitegen.artifacts import Store
from sitegen.config import RuntimeConfig
from sitegen.pipeline import Context
from sitegen.report import Report
from tests.unit.helpers import make_package

settings.register_profile(
    "unit", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unit")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


@pytest.fixture
def screen():
    """What a report writes to when no terminal is there."""
    return io.StringIO()


@pytest.fixture
def report(screen):
    return Report(1, Console(file=screen, highlight=False, soft_wrap=True))


@pytest.fixture
def context(tmp_path, report):
    return Context(tmp_path, RuntimeConfig(), report, tmp_path, tmp_path)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Makes an importable package out of files; returns its folder."""
    parent = tmp_path / "packages"
    parent.mkdir()
    monkeypatch.syspath_prepend(str(parent))
    return lambda name, files: make_package(parent, name, files)
