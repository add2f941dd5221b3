#!/usr/bin/env bash
# openvino 2026.4.1 with openvino-telemetry 2025.2.0 (Linux, Python 3.11), seen on 2026-11-28.
#
# Guess before the run: a conversion may be counted, after a dialog that asks; an import counts nothing.
# Seen: `import openvino` alone asks nobody, writes an identifier to ~/intel/openvino_ga_cid and opens a connection to
# www.google-analytics.com, before any model is named. `pip install openvino` brings the package that does so.
# With that package made unimportable before the import, neither happens.
#
# The connection is caught by a proxy on the loopback interface, which answers nothing: no byte leaves the machine.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  openvino==2026.4.1 openvino-telemetry==2025.2.0 numpy==2.4.6
cat >"$folder/trial.py" <<'PY'
"""Imports openvino in a process whose proxy is this one, and prints what it asked for and wrote."""
import os, socket, subprocess, sys, tempfile
from pathlib import Path

program = "import sys, time; " + sys.argv[1] + "; import openvino; time.sleep(5)"
with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as server:
    proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
    names = {name: value for name, value in os.environ.items() if name != "CI" and "proxy" not in name.lower()}
    child = subprocess.Popen([sys.executable, "-c", program], env={**names, "HOME": home, "https_proxy": proxy})
    server.settimeout(15)
    try:
        with server.accept()[0] as connection:
            asked = connection.recv(200).decode().splitlines()[0]
    except TimeoutError:
        asked = "nothing"
    child.wait(60)
    written = sorted(path.name for path in Path(home, "intel").glob("*"))
    print(f"asked for: {asked}; written: {', '.join(written) or 'nothing'}")
PY
as_installed=$("$folder/venv/bin/python" "$folder/trial.py" "pass")
guarded=$("$folder/venv/bin/python" "$folder/trial.py" "sys.modules['openvino_telemetry'] = None")
echo "as installed:      $as_installed"
echo "made unimportable: $guarded"
case $as_installed in
  *google-analytics.com*openvino_ga_cid*) ;;
  *) echo "changed: the import reports nothing any more"; exit 1 ;;
esac
[ "$guarded" = "asked for: nothing; written: nothing" ] || { echo "changed: the guard does not hold"; exit 1; }
