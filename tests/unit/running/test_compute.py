"""The engine in this process, and the section `compute:`."""

import sys

import pytest

from sitegen.commands.build import BuildOptions, build
from sitegen.config import ComputeConfig, load_project, parse_config
from sitegen.errors import ComputeError, SitegenError
from sitegen.pipeline import STAGES
from sitegen.pipeline.executor.dask_worker import difference_of, versions
from sitegen.pipeline.executor.executor import InProcessExecutor, open_executor
from tests.unit.helpers import ENTRY, problems_at


def test_the_engine_of_a_config_that_names_none_is_a_plain_loop(report):
    engine = open_executor(parse_config(ENTRY).compute, report)
    assert isinstance(engine, InProcessExecutor)
    assert list(engine.map(str.upper, ["a", "b", "c"])) == ["A", "B", "C"]
    assert engine.summary == "in-process"


def test_blocks_are_drawn_one_by_one():
    drawn = []
    blocks = (drawn.append(number) or number for number in range(100))
    results = InProcessExecutor().map(str, blocks)
    assert next(results) == "0"
    assert drawn == [0]


def test_no_stage_is_given_what_says_where_it_runs():
    assert {"compute", "runtime"}.isdisjoint(name for stage in STAGES for name in stage.sections)


@pytest.mark.parametrize(
    "address", ["local", "tcp://10.0.0.5:8786", "10.0.0.5:8786", "tls://host-1.lan:1", "[::1]:8786"]
)
def test_addresses_that_are_taken(address):
    assert parse_config(f"compute: {{scheduler: '{address}'}}\n{ENTRY}").compute.scheduler == address


@pytest.mark.parametrize("address", ["", "Local", "10.0.0.5", "http://h:1", "h:1/x", "h:port", "a b:1", "h:1\\n"])
def test_addresses_that_are_refused(address):
    (told,) = problems_at(f'compute: {{¦scheduler: "{address}"}}\n{ENTRY}')
    assert "compute.scheduler: should be `local` or an address such as" in told


def test_a_worker_for_each_device_instead_of_a_pool():
    text = f"compute: {{engine: dask}}\nruntime: {{devices: ['cuda:0', 'cuda:1']}}\n{ENTRY}"
    with pytest.raises(SitegenError, match=r"runtime\.devices: a Dask worker has one device"):
        parse_config(text)


def test_what_differs_on_a_worker_is_named():
    ours = versions()
    assert ours["numpy"] != "none"
    assert difference_of(ours, ours) == ""
    told = difference_of({**ours, "numpy": "1.0"}, ours)
    assert told.startswith(f"numpy 1.0 (here {ours['numpy']}): install the same versions")


def test_an_error_of_the_engine_is_placed_in_its_section(tmp_path, package, report):
    package("words", {"x.json": '[{"text": "one two three four"}, {"text": "five six seven"}]'})
    (tmp_path / "datasets.yaml").write_text(
        "compute:\n  engine: dask\n  scheduler: 127.0.0.1:1\n  timeout: 0.3\n"
        "datasets:\n  - {slug: a, title: A, source: {type: package, package: words, path: x.json}, "
        "documents: {text: text}, embeddings: {model: ./model}, labels: {model: null}}\n"
    )
    (tmp_path / "model").mkdir()
    with pytest.raises(SitegenError, match=r"datasets\.yaml:3:3: compute\.scheduler: no Dask scheduler answers at"):
        build(load_project(tmp_path / "datasets.yaml"), BuildOptions(tmp_path / "build"), report)


def test_dask_that_is_not_installed_is_told(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with open_executor(ComputeConfig(executor="dask"), report) as engine:
        with pytest.raises(ComputeError, match=r"Dask is not installed; pip install .*\[dask\]") as caught:
            list(engine.map(str.upper, ["a"]))
        assert engine.summary == "dask, but nothing was left to do for its workers"
    assert caught.value.field == "compute.executor"


def test_the_defaults():
    assert ComputeConfig() == ComputeConfig(executor="in-process", scheduler="local", workers=None, timeout=30.0)
