"""A page as a visitor meets it: Chromium, 10 Mbit/s, 40 ms, text compressed at gzip level 1 as nginx does."""

from __future__ import annotations

import gzip
import http.server
import os
import shutil
import threading
from functools import cache, partial
from pathlib import Path
from typing import Any

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NO_GPU = ["--disable-gpu"]
WEBGL = ["--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader", "--ignore-gpu-blocklist"]
WHEEL_STEPS, DRAG_STEPS = 12, 30
OBSERVE = """
window.measured = { fcp: 0, ready: null, blocked: 0 };
const seen = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type, buffered: true });
seen("longtask", (entry) => (measured.blocked += entry.duration));
seen("paint", (entry) => { if (entry.name === "first-contentful-paint") measured.fcp = entry.startTime; });
const look = setInterval(() => {
    if (document.documentElement?.dataset.map !== "ready") return;
    measured.ready = performance.now();
    clearInterval(look);
}, 10);
"""
FRAMES = """() => {
    window.frames_ms = [];
    let last = performance.now();
    const tick = (now) => {
        if (!window.frames_ms) return;
        window.frames_ms.push(now - last);
        last = now;
        requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}"""


SETTLED = """() => new Promise((done) => {
    let even = 0, last = performance.now();
    const tick = (now) => {
        even = now - last < 80 ? even + 1 : 0;
        last = now;
        even > 5 ? done(now) : requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    setTimeout(() => done(performance.now()), 60000);
})"""
PATIENCE_MS = 300_000


@cache
def wire(path: Path) -> tuple[bytes, bool]:
    """A file as it is sent, and whether it is text; compressed once, for a server streams while it compresses."""
    data = path.read_bytes()
    text = path.suffix in {".html", ".css", ".js", ".svg"}
    return (gzip.compress(data, 1) if text else data), text


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and gzips text at level 1."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A file, compressed if it is text and the browser takes it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        data, text = wire(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(data)))
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)
        return None

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def measure(site: Path, address: str, *, webgl: bool = False) -> dict[str, Any]:
    """The page at `address` of the folder `site`. With `webgl`, in software, for pages that cannot do without.

    "ready" is when the page says so by `<html data-map="ready">`; "settled" when the network is idle and frames are
    even; a step is twelve turns of the wheel and a drag.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"page": "not measured: playwright is not installed"}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS + (WEBGL if webgl else NO_GPU))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        speed = {"downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
        network.send("Network.emulateNetworkConditions", {"offline": False, "latency": 40, **speed})
        received = [0]
        network.on(
            "Network.loadingFinished", lambda event: received.append(received.pop() + event["encodedDataLength"])
        )
        page.add_init_script(OBSERVE)
        wire(site / address)
        page.goto(f"http://127.0.0.1:{server.server_port}/{address}", wait_until="load", timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
        settled = page.evaluate(SETTLED)
        page.wait_for_timeout(1000)
        times = page.evaluate("window.measured")
        first = received[0]
        page.mouse.move(640, 400)
        page.evaluate(FRAMES)
        for _ in range(WHEEL_STEPS):
            page.mouse.wheel(0, -120)
            page.wait_for_timeout(80)
        page.mouse.down()
        for step in range(DRAG_STEPS):
            page.mouse.move(640 + 4 * step, 400 + 2 * step)
            page.wait_for_timeout(16)
        page.mouse.up()
        frames = sorted(page.evaluate("() => { const all = window.frames_ms; window.frames_ms = null; return all; }"))
        page.wait_for_timeout(2000)
        browser.close()
    server.shutdown()
    return {
        "wire_kB": round(first / 1e3, 1),
        "painted_s": round(times["fcp"] / 1e3, 2),
        "ready_s": None if times["ready"] is None else round(times["ready"] / 1e3, 2),
        "settled_s": round(settled / 1e3, 2),
        "blocked_s": round(times["blocked"] / 1e3, 2),
        "step_kB": round((received[0] - first) / 1e3, 1),
        "frame_ms_p95": round(frames[int(len(frames) * 0.95)], 1),
    }
