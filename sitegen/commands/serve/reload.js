// Only the preview server adds this script to pages: it reloads them after a build, and shows what is wrong with one.
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const build = Number(new URL(script.src).searchParams.get("build"));
  const board = document.createElement("pre");
  board.setAttribute("role", "alert");
  board.id = "sitegen-error";
  // A policy that forbids inline styles allows styles set one by one.
  Object.assign(board.style, {
    position: "fixed", inset: "auto 0 0 0", zIndex: "1000", margin: "0", padding: "1rem", maxHeight: "50vh",
    overflow: "auto", whiteSpace: "pre-wrap", background: "#7a1420", color: "#fff", font: "14px/1.5 monospace",
  });
  new EventSource("/-sitegen-/events").addEventListener("message", (event) => {
    const latest = JSON.parse(event.data);
    // the editor waits while something is typed
    if (latest.build !== build && document.dispatchEvent(new Event("sitegen:built", { cancelable: true }))) {
      location.reload();
    }
    board.textContent = latest.error;
    board.hidden = !latest.error;
    document.body.append(board);
    // the bar of the editor stands above it
    document.documentElement.style.setProperty("--sitegen-error", `${board.offsetHeight}px`);
  });
})();
