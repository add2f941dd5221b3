"""Five hundred visitors at once of a site behind nginx, on one machine; needs `nginx` and `wrk`."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.trust.project import make_site
from benchmarks.trust.report import paragraph, verdict

CONNECTIONS, SECONDS = 500, 20
DEMO = Path("build")
NGINX = """\
user {user};
worker_processes auto;
worker_rlimit_nofile 8192;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  gzip on;
  gzip_types text/css text/javascript application/javascript image/svg+xml application/json;
  server {{ listen 127.0.0.1:{port} backlog=1024; root {site}; index index.html; }}
}}
"""
ASK = """\
local paths, number = {}, 0
for line in io.lines("PATHS") do paths[#paths + 1] = line end
request = function()
  number = number % #paths + 1
  return wrk.format("GET", paths[number], {["Accept-Encoding"] = "gzip"})
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests":%d,"us":%d,"bytes":%d,"p50":%d,"p99":%d,"errors":[%d,%d,%d,%d,%d]}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect, e.read, e.write, e.timeout, e.status))
end
"""
"""A script of wrk: every connection asks for one file of the site after the other."""


@contextmanager
def nginx(site: Path, folder: Path) -> Iterator[int]:
    """Runs nginx for a site while the block runs; the port of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = NGINX.format(user=getpass.getuser(), folder=folder, port=port, site=site.resolve())
    (folder / "nginx.conf").write_text(config, "utf-8")
    command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def section(folder: Path) -> Iterator[str]:
    """The report's lines about load."""
    missing = [name for name in ("nginx", "wrk") if shutil.which(name) is None]
    if missing:
        print(f"SKIPPED: no load without {' and '.join(missing)}", file=sys.stderr)
        yield f"**Not tried: {' and '.join(missing)} not installed.**"
        return
    folder.mkdir()
    site = DEMO if (DEMO / "index.html").is_file() else make_site(folder)
    names = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*")) if path.is_file()]
    paths = folder / "paths"
    paths.write_text("".join(f"/{quote(name)}\n" for name in names), "utf-8")
    (folder / "ask.lua").write_text(ASK.replace("PATHS", str(paths)), "utf-8")
    with nginx(site, folder) as port:
        options = ["-t", "2", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "--timeout", "10s", "-s", folder / "ask.lua"]
        told = subprocess.run(
            ["wrk", *options, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True
        ).stdout
    found = json.loads(told.strip().rpartition("\n")[2])
    seconds = found["us"] / 1e6
    what = "the demo gallery" if site == DEMO else "a small site"
    rate, traffic = found["requests"] / seconds, found["bytes"] / seconds / 1e6
    yield from paragraph(f"""
        {CONNECTIONS} connections asked nginx on the loopback for all {len(names):,} files of {what}, one after the
        other, for {SECONDS} seconds: {found["requests"]:,} answers, {rate:,.0f} and {traffic:,.0f} MB a second, half
        of them within {found["p50"] / 1000:,.0f} ms and 99 of 100 within {found["p99"] / 1000:,.0f} ms, on a machine of
        {os.cpu_count()} processors that ran client and server. Required: no connection refused or lost, none waiting
        for 10 seconds, every status a success.
    """)
    kinds = ("connections refused", "reads failed", "writes failed", "timeouts", "answers without success")
    yield from verdict(f"{count:,} {kind}" for kind, count in zip(kinds, found["errors"], strict=True) if count)
