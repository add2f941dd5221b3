"""Where models are, and what names their weights."""

import os
from pathlib import Path

import pytest

from sitegen.errors import ModelError
from sitegen.pipeline.models.find_model import find_model


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "model" / "model.safetensors").write_bytes(bytes(1_000_000))
    return tmp_path


@pytest.mark.parametrize("model", ["./model", "./model/model.safetensors"])
def test_other_weights_of_the_same_size_are_another_revision(folder, model):
    before = find_model(model, folder, "labels.model")
    assert before == find_model(model, folder, "labels.model")
    (folder / "model" / "model.safetensors").write_bytes(bytes([1]) * 1_000_000)
    assert find_model(model, folder, "labels.model").revision != before.revision


def test_a_revision_ignores_where_and_when_a_model_was_put(folder, tmp_path):
    before = find_model("./model", folder, "labels.model").revision
    os.utime(folder / "model" / "config.json", (1, 1))
    (folder / "elsewhere").mkdir()
    (folder / "model").rename(folder / "elsewhere" / "model")
    assert find_model("./elsewhere/model", folder, "labels.model").revision == before


def test_a_hub_name_is_taken_as_it_is():
    reference = find_model("owner/name", Path(), "labels.model")
    assert (reference.path, reference.name, reference.revision) == (None, "owner/name", "owner/name")


@pytest.mark.parametrize("model", ["./nothing", "nothing.gguf", "package:no_such_package/x"])
def test_a_model_that_is_not_there_is_told_with_its_field(tmp_path, model):
    with pytest.raises(ModelError, match=r"model '.*': ") as caught:
        find_model(model, tmp_path, "labels.model")
    assert caught.value.field == "labels.model"
