#!/usr/bin/env bash
# transformers 5.23.0 with gguf 0.19.0 and torch 2.13.0 (Linux, Python 3.11), seen on 2026-11-30.
#
# AutoModelForCausalLM.from_pretrained(folder, gguf_file=...) reads a GGUF file and gives its tensors the names of torch.
#
# Guess before the run: it parses the file once, and builds the table of names once.
# Seen: for the model alone, without its tokenizer, it parses the file twice, vocabulary and all (configuration, then
# weights). It builds gguf's table of names once for each module of the model: 33 times for a Llama of two layers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 \
  --extra-index-url https://download.pytorch.org/whl/cpu \
  transformers==5.23.0 gguf==0.19.0 torch==2.13.0 accelerate==1.15.0
cat >"$folder/trial.py" <<'PY'
"""Writes a tiny Llama as GGUF, loads it, and counts what gguf is asked for."""
import sys
from pathlib import Path

import gguf
import numpy as np
from transformers import AutoModelForCausalLM

folder, width, wide, words, layers = Path(sys.argv[1]), 16, 32, 64, 2
rng = np.random.default_rng(0)
writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama")
writer.add_name("tiny")
writer.add_context_length(64)
writer.add_embedding_length(width)
writer.add_block_count(layers)
writer.add_feed_forward_length(wide)
writer.add_head_count(2)
writer.add_head_count_kv(2)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_vocab_size(words)
shapes = {"token_embd": (words, width), "output_norm": (width,)}
for layer in range(layers):
    block = f"blk.{layer}."
    shapes |= {f"{block}attn_norm": (width,), f"{block}ffn_norm": (width,)}
    shapes |= {f"{block}attn_{part}": (width, width) for part in ("q", "k", "v", "output")}
    shapes |= {f"{block}ffn_gate": (wide, width), f"{block}ffn_up": (wide, width), f"{block}ffn_down": (width, wide)}
for name, shape in shapes.items():
    writer.add_tensor(f"{name}.weight", rng.standard_normal(shape, dtype=np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

counts = {"parsed": 0, "tables": 0}
table = gguf.get_tensor_name_map


class Reader(gguf.GGUFReader):
    def __init__(self, *given, **named):
        counts["parsed"] += 1
        super().__init__(*given, **named)


def counted(*given, **named):
    counts["tables"] += 1
    return table(*given, **named)


gguf.GGUFReader, gguf.get_tensor_name_map = Reader, counted
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file="tiny.gguf")
modules = sum(1 for _ in model.modules())
print(f"parsed {counts['parsed']} times, {counts['tables']} tables of names for {modules} modules")
assert counts["parsed"] == 2 and counts["tables"] == modules
PY
"$folder/venv/bin/python" "$folder/trial.py" "$folder"
