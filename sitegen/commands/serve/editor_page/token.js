// Keeps the token of the address for this tab, before any other script of the page writes an address of its own.

(() => {
  const [, token] = location.hash.match(/^#edit=([\w-]+)$/) ?? [];
  if (!token) return;
  sessionStorage.setItem("sitegen-edit", token);
  history.replaceState(null, "", location.pathname + location.search);
})();
