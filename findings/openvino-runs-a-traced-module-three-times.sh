#!/usr/bin/env bash
# openvino 2026.4.1 with torch 2.13.0 (Linux, Python 3.11), seen on 2026-11-30.
#
# openvino.convert_model takes a torch module with example inputs and records what it does with them.
#
# Guess before the run: the module runs once, while it is recorded.
# Seen: it runs three times: convert_model leaves on torch's own check of a trace, which records the module a second
# time and runs it a third time to compare. A trace that is made beforehand by openvino's TorchScriptPythonDecoder, with
# the check turned off, runs it once, and the converted model answers the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 \
  --extra-index-url https://download.pytorch.org/whl/cpu openvino==2026.4.1 torch==2.13.0 numpy==2.4.6
cat >"$folder/trial.py" <<'PY'
"""Counts how often a module runs while it is converted."""
import numpy as np
import openvino
import torch
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder


class Module(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.runs = 0
        self.layer = torch.nn.Linear(8, 8)

    def forward(self, values):
        self.runs += 1
        return torch.relu(self.layer(values))


torch.manual_seed(0)
example = torch.ones(2, 8)
module = Module().eval()
with torch.inference_mode():
    as_usual = openvino.convert_model(module, example_input=example)
    usual, module.runs = module.runs, 0
    trace = TorchScriptPythonDecoder(module, example_input=example, trace_kwargs={"check_trace": False})
    beforehand = openvino.convert_model(trace, example_input=example)
print(f"runs of the module: {usual} by convert_model, {module.runs} by a trace without torch's check")
assert (usual, module.runs) == (3, 1)
answers = [openvino.Core().compile_model(each, "CPU")(example.numpy())[0] for each in (as_usual, beforehand)]
assert np.array_equal(*answers)
PY
"$folder/venv/bin/python" "$folder/trial.py"
