"""What `sitegen doctor` says of this machine and of a config."""

import pytest

from sitegen.commands import doctor
from sitegen.install_hint import install_command
from sitegen.pipeline.models import libraries
from sitegen.pipeline.models.memory_estimate import memory_needed, parameters
from tests.unit.helpers import ENTRY, run_cli

GIB = 2**30


@pytest.fixture
def machine(monkeypatch):
    """A machine with one GPU of 12 GiB and all engines."""
    monkeypatch.setattr(libraries, "devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(doctor, "_machine", lambda root: ["made up"])
    monkeypatch.setattr(doctor, "_memory", lambda device: {"cuda": 12 * GIB, "cpu": 64 * GIB}[device])
    monkeypatch.setattr(libraries, "installed", lambda engine: True)
    monkeypatch.setattr(doctor, "installed", lambda engine: True)


@pytest.fixture
def examine(tmp_path):
    def examine(changes=""):
        (tmp_path / "model").mkdir(exist_ok=True)
        text = f"{ENTRY}    embeddings: {{model: ./model}}\n    labels: {{model: null}}\n"
        (tmp_path / "datasets.yaml").write_text(changes(text) if changes else text)
        return doctor.examine(tmp_path / "datasets.yaml")

    return examine


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("meta-llama/Llama-2-7b-chat-hf", 7e9),
        ("Qwen/Qwen2.5-0.5B-Instruct", 0.5e9),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", 135e6),
        ("mistralai/Mixtral-8x7B-v0.1", 56e9),
        ("BAAI/bge-small-en-v1.5", None),
        ("all-MiniLM-L6-v2", None),
    ],
)
def test_the_size_of_a_model_is_read_from_its_name(name, count):
    assert parameters(name) == count


def test_a_model_without_a_number_has_the_size_of_its_files(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(bytes(2000))
    assert memory_needed("./mine", tmp_path, "bfloat16") == pytest.approx(1000 * 2 * 1.2)
    assert memory_needed("org/unknown", None, "bfloat16") is None


def test_a_labeller_too_large_is_warned_of_before_it_is_loaded(machine, examine):
    found = examine(lambda text: text.replace("model: null", "model: org/Llama-2-13b-chat"))
    (warning,) = found.warnings
    assert "datasets.yaml:6:14" in warning
    assert "about 29.1 GiB (estimate), and cuda has 12.0" in warning
    assert not found.missing


def test_one_that_fits_is_not_warned_of(machine, examine):
    assert examine(lambda text: text.replace("model: null", "model: org/Llama-3.2-3B")).warnings == []


def test_what_the_config_asks_is_missing_where_not_installed(machine, examine, monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda engine: engine.name != "fast_hdbscan")
    assert examine().missing == []
    (missing,) = examine(lambda text: f"{text}    clusters: {{engine: fast_hdbscan}}\n").missing
    assert "a: clusters needs fast_hdbscan" in missing
    assert install_command("fast") in missing


def test_a_gpu_that_is_not_there_is_missing(machine, examine, monkeypatch):
    monkeypatch.setattr(libraries, "devices", lambda: ("cpu",))
    monkeypatch.setattr(doctor, "devices", lambda: ("cpu",))
    found = examine(lambda text: f"runtime: {{device: cuda}}\n{text}    clusters: {{engine: cuml}}\n")
    assert any("this machine has no cuda" in each for each in found.missing)
    assert any("a: clusters by cuml needs cuda" in each for each in found.missing)


def test_a_token_is_said_to_be_set_and_never_shown(machine, examine, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    text = examine().text
    assert "HF_TOKEN               set" in text
    assert "hf_secret" not in text


def test_the_command_exits_1_where_something_is_missing(tmp_path):
    (tmp_path / "datasets.yaml").write_text(f"{ENTRY}    labels: {{model: ./no/such/folder}}\n")
    done = run_cli("doctor", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "missing: datasets.yaml:5:14: datasets[0].labels.model: model './no/such/folder'" in done.stdout
    assert "CPU cores" in done.stdout
    assert "Traceback" not in done.stderr


def test_without_a_config_only_the_machine_is_looked_at(tmp_path):
    done = run_cli("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no dataset is looked at" in done.stdout


def test_the_engine_is_named_and_a_silent_scheduler_is_missing(machine, examine):
    assert examine().sections["engine"] == ["in-process"]
    local = examine(lambda text: f"compute: {{engine: dask, workers: 3}}\n{text}")
    assert "starts 3 worker(s) on this machine" in local.sections["engine"][0]
    away = examine(lambda text: f"compute: {{engine: dask, scheduler: '127.0.0.1:1', timeout: 0.3}}\n{text}")
    assert any("compute.scheduler: no Dask scheduler answers at 127.0.0.1:1" in each for each in away.missing)
