// What a saved view says about itself, read from the page: title, counts, what is lit, sought and filtered, legend, source.

/**
 * @typedef {object} Caption
 * @property {string} title @property {string} origin name of the gallery
 * @property {string[]} lines
 * @property {{ color: string, name: string }[]} legend
 */

/** @param {string} selector @returns {string} the text there, empty if there is none to be seen */
function textOf(selector) {
  const element = document.querySelector(selector);
  return element && !element.closest("[hidden]") ? (element.textContent ?? "").replace(/\s+/g, " ").trim() : "";
}

/** The name of the chosen option, empty for the first. @param {string} selector */
function chosen(selector) {
  const select = document.querySelector(selector);
  return select instanceof HTMLSelectElement && select.selectedIndex > 0 ? select.selectedOptions[0].text : "";
}

/** @param {string} name @param {string} value */
const line = (name, value) => (value ? [`${name}: ${value}`] : []);

/** @param {string} address of the view @returns {Caption} */
export function readCaption(address) {
  const [color, size, outliers] = ["#explore [name=color]", "#explore [name=size]", "#outliers select"].map(chosen);
  const entries = [...document.querySelectorAll("#explore .legend button")];
  const pressed = entries.filter((entry) => entry.getAttribute("aria-pressed") === "true");
  const legend = (pressed.length > 0 ? pressed : entries).map((entry) => ({
    color: getComputedStyle(entry).getPropertyValue("--color"),
    name: entry.querySelector("bdi")?.textContent ?? "",
  }));
  const chips = [...document.querySelectorAll("#explore .chips bdi")].map((chip) => chip.textContent ?? "");
  const search = document.querySelector("#search input");
  const shown = [
    textOf("#shown"),
    ...line("Lit", textOf("#lit bdi")),
    ...line("Search", search instanceof HTMLInputElement ? search.value.trim() : ""),
    ...line("Colour", color),
    ...line("Size", size),
    ...line("Only", [textOf("#explore .range output"), ...chips].filter(Boolean).join("; ")),
    ...line("Outside any topic", outliers),
    ...line("Selection", textOf("#selection .count")),
  ];
  const origin = [...document.querySelectorAll(".origin dl dt")].map((term) => `${term.textContent}: ${term.nextElementSibling?.textContent?.trim()}`);
  const web = address.startsWith("http") ? [address] : [];
  return {
    title: textOf("h1"),
    origin: textOf(".home"),
    lines: [shown.join(" · "), origin.join(" · "), ...web].filter(Boolean),
    legend,
  };
}
