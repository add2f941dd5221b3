"""What a GGUF file says of its model, held against what transformers made of it.

The keys are those of the GGUF specification of https://github.com/ggml-org/ggml. transformers reads a list of them for
each architecture and leaves the rest (integrations/ggml.py, read in 5.23), so a file can be loaded as another model
than the one that llama.cpp runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

END_TOKENS = ("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id")
ROPE_FACTORS = "rope_freqs.weight"
"""A tensor with a factor for each frequency, by which files of Llama 3 and later hold their scaling."""
NO_SCALING = (None, "none", "default")


@dataclass(frozen=True)
class GgufSettings:
    """The settings of a file.

    Attributes:
        end_tokens: ids of the tokens that end an answer or a turn, ascending.
        values: single values by key, without the name of the architecture.
        scales_rope: whether a tensor scales the frequencies of positions.
    """

    end_tokens: list[int]
    values: dict[str, Any]
    scales_rope: bool


def read_gguf_settings(path: Path) -> GgufSettings:
    """Read the settings of a GGUF file, none of its weights.

    Raises:
        ValueError: it is no GGUF file.
    """
    from gguf import GGUFReader, GGUFValueType

    reader = GGUFReader(str(path))
    values = {
        name: field.contents()
        for name, field in reader.fields.items()
        if field.types and field.types[0] is not GGUFValueType.ARRAY
    }
    architecture = f"{values.get('general.architecture')}."
    return GgufSettings(
        end_tokens=sorted({values[name] for name in END_TOKENS if name in values}),
        values={name.removeprefix(architecture): value for name, value in values.items()},
        scales_rope=any(tensor.name == ROPE_FACTORS for tensor in reader.tensors),
    )


def differences(settings: GgufSettings, config: Any) -> list[str]:
    """Return what the file says otherwise than the loaded model's configuration: `rope.freq_base 1e+06, not 1e+04`."""
    rope = getattr(config, "rope_parameters", None) or {}
    heads = getattr(config, "num_attention_heads", None)
    loaded = {
        "rope.freq_base": rope.get("rope_theta"),
        "rope.scaling.factor": rope.get("factor", 1.0),
        "attention.head_count": heads,
        "attention.head_count_kv": getattr(config, "num_key_value_heads", heads),
        "attention.key_length": getattr(config, "head_dim", None) or (config.hidden_size // heads if heads else None),
        "attention.sliding_window": getattr(config, "sliding_window", None),
        "attention.layer_norm_rms_epsilon": getattr(config, "rms_norm_eps", None),
        "context_length": getattr(config, "max_position_embeddings", None),
    }
    found = [
        f"{name} {settings.values[name]:g}, not {'none' if value is None else f'{value:g}'}"
        for name, value in loaded.items()
        if name in settings.values and not _same(settings.values[name], value)
    ]
    scaling, kind = settings.values.get("rope.scaling.type"), rope.get("rope_type")
    if scaling not in NO_SCALING and scaling != kind:
        found.append(f"rope.scaling.type {scaling}, not {kind or 'none'}")
    if settings.scales_rope and kind in NO_SCALING:
        found.append(f"{ROPE_FACTORS}, which is not read")
    return found


def _same(said: float, loaded: float | None) -> bool:
    return loaded is not None and math.isclose(said, loaded, rel_tol=1e-5)
