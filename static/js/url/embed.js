// The embedded map: with `?embed` in the address the page shows only the map, for an <iframe>.

/**
 * @param {HTMLElement} caption with a link to the whole page and a button that opens the panel
 * @param {() => string} address of the whole page with the current view
 */
export function setUpEmbed(caption, address) {
  const whole = caption.querySelector("a");
  const opener = caption.querySelector("button");
  if (!new URLSearchParams(location.search).has("embed") || !whole || !opener) return;
  const root = document.documentElement;
  root.classList.add("embed");
  caption.hidden = false;
  for (const type of ["pointerdown", "focus"]) whole.addEventListener(type, () => (whole.href = address()));
  opener.addEventListener("click", () => {
    opener.setAttribute("aria-expanded", `${root.classList.toggle("panel-open")}`);
  });
}
