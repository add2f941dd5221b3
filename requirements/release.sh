#!/usr/bin/env bash
# Builds sdist and wheel into dist/, installs each into an empty environment, and publishes the demo gallery with it from
# the results that are stored in .sitegen (`make gallery` stores them). Uploads nothing. Run by `make release`.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d .sitegen ] || { echo "there are no stored results; run make gallery first" >&2; exit 1; }
rm -rf dist
"$python" -m venv "$work/build"
"$work/build/bin/python" -m pip --quiet --disable-pip-version-check install hatchling
"$work/build/bin/python" -m hatchling build -t sdist -t wheel -d dist
sed -nE 's/^([a-z0-9._-]+==[^ ]+).*/\1/p' requirements/gallery.txt >"$work/pins.txt"
for file in dist/*.tar.gz dist/*.whl; do
  echo "$file: installing it, without models"
  "$python" -m venv --clear "$work/venv"
  "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check install --constraint "$work/pins.txt" "$file"
  mkdir -p "$work/demo" && cp -r datasets.yaml .sitegen "$work/demo/"
  (cd "$work/demo" && ../venv/bin/sitegen --version && ../venv/bin/sitegen build --stored && ../venv/bin/sitegen check)
  rm -rf "$work/demo"
done
sha256sum dist/*
