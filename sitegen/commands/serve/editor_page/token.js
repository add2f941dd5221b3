// Keeps the token of the address for this tab, before any other script of the page writes an address of its own.

(() => {
  keep();
  // an address that is pasted into the tab of the same page loads nothing by itself
  addEventListener("hashchange", () => keep() && location.reload());

  /** @returns {boolean} whether the address has a token */
  function keep() {
    const [, token] = location.hash.match(/^#edit=([\w-]+)$/) ?? [];
    if (!token) return false;
    sessionStorage.setItem("sitegen-edit", token);
    history.replaceState(null, "", location.pathname + location.search);
    return true;
  }
})();
