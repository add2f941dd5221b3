"""Language models that run here, through transformers: Hugging Face folders, hub names, and GGUF files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.artifacts import digest
from sitegen.errors import ModelError
from sitegen.pipeline.labels.language_model.chat_form import check_length, in_form
from sitegen.pipeline.labels.language_model.labeller import Chat, Generation, Reply
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.models.gguf_cache import parsed_once
from sitegen.pipeline.models.gguf_settings import differences, read_gguf_settings
from sitegen.pipeline.models.hub_errors import load_error
from sitegen.pipeline.stage import Context
from sitegen.report import log_warning

if TYPE_CHECKING:
    import torch


@lru_cache(maxsize=1)
def load_causal_model(
    model: str, revision: str | None, quantization: str, trust_remote_code: bool, root: Path, device: str
) -> CausalModel:
    """Return the model of `LabelsConfig`, loaded once for datasets in a row that share it.

    Raises:
        ModelError: it is not there or cannot be loaded.
    """
    return CausalModel(*read_causal_model(model, revision, quantization, trust_remote_code, root, device))


def read_causal_model(
    model: str, revision: str | None, quantization: str, trust_remote_code: bool, root: Path, device: str
) -> tuple[Any, Any]:
    """Return the weights as transformers runs them, and the tokenizer.

    Raises:
        ModelError: the model is not there or cannot be loaded.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    reference = find_model(model, root, "labels.model")
    file = reference.path if reference.path is not None and reference.path.is_file() else None
    name = str(file.parent) if file else reference.name
    options: dict[str, Any] = {
        "gguf_file": file.name if file else None,
        "local_files_only": reference.path is not None,
        "trust_remote_code": trust_remote_code,
        "revision": revision or "main",
    }
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.float32 if device == "cpu" and quantization == "none" else torch.bfloat16
    # On GPUs accelerate spreads the layers; a model that is quantized cannot be moved once it is loaded.
    device_map = "auto" if device == "cuda" else {"": device}
    try:
        with parsed_once() if file else nullcontext():
            tokenizer = AutoTokenizer.from_pretrained(name, padding_side="left", **options)
            if tokenizer.chat_template is None:
                raise ModelError(f"{model!r} has no chat template; name an instruction-tuned model", "labels.model")
            weights: Any = AutoModelForCausalLM.from_pretrained(
                name, dtype=dtype, device_map=device_map, quantization_config=_quantization(quantization), **options
            )
            said = read_gguf_settings(file) if file else None
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise load_error(error, model, "labels") from error
    if said:
        if differing := differences(said, weights.config):
            log_warning(
                f"{model}: the file says {'; '.join(differing)}: transformers runs it otherwise than llama.cpp would, "
                "so names may be poor; ask a server of llama.cpp (labels.endpoint), or take another model"
            )
        if said.end_tokens:
            weights.generation_config.eos_token_id = said.end_tokens
    return weights.eval(), tokenizer


def _quantization(kind: str) -> Any:
    """NF4 with double quantization: Dettmers et al., QLoRA, https://arxiv.org/abs/2305.14314."""
    import torch
    from transformers import BitsAndBytesConfig

    config: Any = BitsAndBytesConfig
    if kind == "none":
        return None
    if kind == "int8":
        return config(load_in_8bit=True)
    return config(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


class CausalModel:
    """A causal language model that answers chats in batches, put into its form by its own chat template."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        if tokenizer.pad_token_id is None:  # as with Llama 2
            tokenizer.pad_token = tokenizer.eos_token

    @property
    def made_with(self) -> dict[str, str]:
        """Device, engine and, of a hub model, commit."""
        commit = getattr(self._model.config, "_commit_hash", None)
        return {"device": self._model.device.type, "engine": "torch", **({"commit": commit} if commit else {})}

    def answer(self, chats: Sequence[Chat], generation: Generation, context: Context) -> Iterator[list[Reply]]:
        """Yield batches of replies to the chats. When memory runs out, batches are halved.

        Raises:
            ModelError: memory does not suffice for one chat, or a chat is longer than what the model reads.
        """
        import torch

        size = context.runtime.labels_batch_size
        done = 0
        while done < len(chats):
            try:
                answers = self._generate(chats[done : done + size], generation)
            except torch.OutOfMemoryError as error:
                if size == 1:
                    raise ModelError(
                        "memory does not suffice for one prompt; use quantization: nf4, a smaller model, "
                        "fewer or shorter documents in the prompt, or runtime.device: cpu",
                        "labels",
                    ) from error
                size //= 2
                context.report.info(f"  out of memory: going on with {size} prompts at once")
                answers = []
            if answers:
                yield answers
                done += len(answers)
            else:
                torch.cuda.empty_cache()  # here, where the failed batch is gone and with it what it held

    def prompt(self, chat: Chat) -> str:
        """Return the chat in the model's own form."""
        return in_form(self._tokenizer, chat)

    def _generate(self, chats: Sequence[Chat], generation: Generation) -> list[Reply]:
        """One batch. What all chats begin with goes through the model once, and each prompt once for all candidates."""
        import torch

        tokenizer, count = self._tokenizer, generation.candidates
        prompts = [tokenizer.encode(self.prompt(chat), add_special_tokens=False) for chat in chats]
        check_length(self._model.config, max(map(len, prompts)) + generation.max_new_tokens)
        search: dict[str, Any] = {"num_beams": count, "num_return_sequences": count}
        if generation.temperature:
            # One row per draw, each with a seed of its own: what is drawn does not depend on the rest of the batch.
            search = {"logits_processor": _draws(chats, generation)}
        shared = next((i for i, ids in enumerate(zip(*prompts, strict=False)) if len(set(ids)) > 1), 0)
        longest = max(map(len, prompts))
        padding = [longest - len(prompt) for prompt in prompts]
        # Padding stands between the shared beginning and the rest; the mask hides it.
        ids = [
            p[:shared] + [tokenizer.pad_token_id] * gap + p[shared:] for p, gap in zip(prompts, padding, strict=True)
        ]
        mask = [[1] * shared + [0] * gap + [1] * (longest - shared - gap) for gap in padding]
        rows = count if generation.temperature else 1  # a search makes its own copies of a prompt
        with torch.inference_mode():
            read = self._read(ids, mask, shared)
            read.batch_repeat_interleave(count)
            output = self._model.generate(
                input_ids=self._tensor(ids).repeat_interleave(rows, 0),
                attention_mask=self._tensor(mask).repeat_interleave(rows, 0),
                past_key_values=read,
                max_new_tokens=generation.max_new_tokens,
                do_sample=False,
                repetition_penalty=generation.repetition_penalty,
                pad_token_id=tokenizer.pad_token_id,
                **search,
            )
        texts = tokenizer.batch_decode(output[:, longest:], skip_special_tokens=True)
        return [Reply(list(texts[start : start + count])) for start in range(0, len(texts), count)]

    def _read(self, ids: list[list[int]], mask: list[list[int]], shared: int) -> Any:
        """Keys and values of the prompts, without their last tokens, of which the answers are generated.

        `generate` would copy the prompts first, once for each beam, and read every copy.
        """
        read, model = None, self._model.base_model  # without its head: no token is predicted here
        if shared:
            read = model(input_ids=self._tensor([ids[0][:shared]]), use_cache=True).past_key_values
            read.batch_repeat_interleave(len(ids))
            if shared == len(ids[0]) - 1:
                return read
        masks = self._tensor(mask)
        positions = (masks.cumsum(1) - 1).clamp(min=0)
        return model(
            input_ids=self._tensor(ids)[:, shared:-1],
            attention_mask=masks[:, :-1],
            position_ids=positions[:, shared:-1],
            past_key_values=read,
            use_cache=True,
        ).past_key_values

    def _tensor(self, rows: list[list[int]]) -> torch.Tensor:
        import torch

        return torch.tensor(rows, device=self._model.device)


def _draws(chats: Sequence[Chat], generation: Generation) -> Any:
    """Logits processors under which the likeliest token is a draw at this temperature: the Gumbel-max trick.

    Maddison et al., https://arxiv.org/abs/1411.0030.
    """
    from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

    seeds = [
        int(digest([generation.seed, draw, chat])[:15], 16) for chat in chats for draw in range(generation.candidates)
    ]
    return LogitsProcessorList(
        [TemperatureLogitsWarper(generation.temperature), TopPLogitsWarper(generation.top_p), _GumbelNoise(seeds)]
    )


class _GumbelNoise:
    def __init__(self, seeds: Sequence[int]) -> None:
        import torch

        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        import torch

        uniform = torch.stack([torch.rand(scores.shape[-1], generator=each) for each in self._generators])
        noise = -torch.log(-torch.log(uniform.clamp(min=torch.finfo(uniform.dtype).tiny)))
        return scores + noise.to(scores.device)
