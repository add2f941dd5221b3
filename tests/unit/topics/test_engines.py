"""The table of engines: what it says holds, and what is missing is told."""

from typing import get_args

import pytest

from sitegen.config import ClustersConfig, DatasetConfig
from sitegen.errors import ModelError
from sitegen.pipeline import STAGES
from sitegen.pipeline.clusters.hdbscan_tree import GROWERS
from sitegen.pipeline.models import libraries
from sitegen.pipeline.models.libraries import LIBRARIES_BY_STAGE, device_of, libraries_for, require
from tests.unit.helpers import dataset


def test_the_table_config_and_code_name_the_same_engines():
    names = [engine.name for engine in libraries_for("clusters")]
    assert names == [*get_args(ClustersConfig.model_fields["engine"].annotation)] == [*GROWERS]
    assert names[0] == ClustersConfig().engine


def test_a_stage_with_several_engines_has_a_key_that_chooses():
    several = {engine.stage for engine in LIBRARIES_BY_STAGE if len(libraries_for(engine.stage)) > 1}
    assert several == {name for name in DatasetConfig.model_fields if hasattr(section(name), "engine")}


def section(name):
    """The default of a section of a dataset; None for what is no section."""
    return getattr(dataset(), name)


def test_stages_of_the_table_have_engine_versions_in_their_key():
    libraries = {stage.name: stage.libraries for stage in STAGES}
    assert {engine.stage for engine in LIBRARIES_BY_STAGE} <= set(libraries)
    for engine in libraries_for("clusters"):
        assert engine.distribution in libraries["clusters"]


def test_an_uninstalled_engine_is_refused_with_a_way_to_get_it(monkeypatch):
    monkeypatch.setattr(libraries, "installed", lambda engine: False)
    with pytest.raises(
        ModelError, match=r"fast_hdbscan is not installed \(pip install .*\[fast\].*engine: hdbscan"
    ) as caught:
        require("clusters", "fast_hdbscan", "clusters.engine")
    assert caught.value.field == "clusters.engine"


def test_an_engine_without_its_device_is_refused(monkeypatch):
    monkeypatch.setattr(libraries, "installed", lambda engine: True)
    monkeypatch.setattr(libraries, "devices", lambda: ("cpu",))
    with pytest.raises(ModelError, match="cuml needs cuda, which this machine does not have"):
        require("clusters", "cuml", "clusters.engine")
    monkeypatch.setattr(libraries, "devices", lambda: ("cuda", "cpu"))
    assert require("clusters", "cuml", "clusters.engine").name == "cuml"


def test_the_device_is_the_best_there_is_or_the_one_asked_for(monkeypatch):
    monkeypatch.setattr(libraries, "devices", lambda: ("cuda", "cpu"))
    embedder, hdbscan = libraries_for("embeddings")[0], libraries_for("clusters")[0]
    assert (device_of(embedder), device_of(embedder, "cpu"), device_of(hdbscan)) == ("cuda", "cpu", "cpu")
    assert device_of(embedder, "mps") == "cuda"
