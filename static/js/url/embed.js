// The embedded map: with `?embed` in the address the page shows only the map, for an <iframe>.

/**
 * @param {HTMLElement} caption with a link to the whole page, a button that opens the panel and one that shows the tools
 * @param {() => string} address of the whole page with the current view
 */
export function setUpEmbed(caption, address) {
  const whole = caption.querySelector("a");
  const openers = caption.querySelectorAll("button");
  if (!new URLSearchParams(location.search).has("embed") || !whole) return;
  const root = document.documentElement;
  root.classList.add("embed");
  caption.hidden = false;
  for (const type of ["pointerdown", "focus"]) whole.addEventListener(type, () => (whole.href = address()));
  for (const opener of openers) {
    opener.addEventListener("click", () => {
      opener.setAttribute("aria-expanded", `${root.classList.toggle(`${opener.getAttribute("aria-controls")}-open`)}`);
    });
  }
}
