"""Local language models through transformers: Hugging Face folders, hub names, and GGUF files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sitegen.config import LabelsConfig
from sitegen.errors import ModelError
from sitegen.pipeline.backends.models import find_model

Message = dict[str, str]


@lru_cache(maxsize=1)
def load_labeller(config: LabelsConfig, root: Path, device: str) -> Labeller:
    """The labeller of `config`, loaded once for datasets in a row that share it."""
    return Labeller(config, root, device)


class Labeller:
    """A causal language model that answers chats in batches, by beam search: the same answers every time.

    Raises:
        ModelError: the model is not there or cannot be loaded.
    """

    def __init__(self, config: LabelsConfig, root: Path, device: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        reference = find_model(config.model or "", root, "labels.model")
        if reference.path is not None and reference.path.is_file():
            name, gguf = str(reference.path.parent), reference.path.name
        else:
            name, gguf = reference.name, None
        options = {
            "gguf_file": gguf,
            "local_files_only": reference.path is not None,
            "trust_remote_code": config.trust_remote_code,
        }
        self._device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        dtype = torch.float32 if self._device == "cpu" else torch.bfloat16
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left", **options)
            model: Any = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, **options)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise ModelError(f"{config.model!r} cannot be loaded: {error}", "labels.model") from error
        self._model = model.to(self._device).eval()
        if self._tokenizer.chat_template is None:
            raise ModelError(f"{config.model!r} has no chat template; name an instruction-tuned model", "labels.model")
        self._max_new_tokens = config.max_new_tokens
        self._candidates = config.candidates

    def answer(self, chats: Sequence[list[Message]]) -> list[list[str]]:
        """Candidate answers to each chat, likeliest first.

        What all chats begin with, the system message and the examples, goes through the model once.
        """
        import torch

        tokenizer, count = self._tokenizer, self._candidates
        prompts = [
            tokenizer.encode(
                tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True),
                add_special_tokens=False,
            )
            for chat in chats
        ]
        shared = next((i for i, ids in enumerate(zip(*prompts, strict=False)) if len(set(ids)) > 1), 0)
        longest = max(map(len, prompts))
        padding = [longest - len(prompt) for prompt in prompts]
        # Padding stands between the shared beginning and the rest; the mask hides it.
        ids = [
            p[:shared] + [tokenizer.pad_token_id] * gap + p[shared:] for p, gap in zip(prompts, padding, strict=True)
        ]
        mask = [[1] * shared + [0] * gap + [1] * (longest - shared - gap) for gap in padding]
        with torch.inference_mode():
            options: dict[str, Any] = {}
            if shared:
                beginning = torch.tensor([prompts[0][:shared]], device=self._device)
                cache = self._model(beginning, use_cache=True).past_key_values
                cache.batch_repeat_interleave(len(chats) * count)
                options["past_key_values"] = cache
            output = self._model.generate(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                max_new_tokens=self._max_new_tokens,
                do_sample=False,
                num_beams=count,
                num_return_sequences=count,
                pad_token_id=tokenizer.pad_token_id,
                **options,
            )
        texts = tokenizer.batch_decode(output[:, longest:], skip_special_tokens=True)
        return [list(texts[start : start + count]) for start in range(0, len(texts), count)]
