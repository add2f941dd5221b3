// Filters the list of topics while the user types.

/** @param {string} text */
export const plainText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Whether a topic matches a query: contains every word, in any order.
 * @param {string} text the topic's name and keywords @param {string} query
 */
export function matchesQuery(text, query) {
  const haystack = plainText(text);
  return plainText(query).split(/\s+/).every((word) => haystack.includes(word));
}

/**
 * Show only the items that match, and headings with such items.
 * @param {HTMLElement} panel
 * @returns {() => void} filters again, as after items were added
 */
export function createTopicFilter(panel) {
  const box = panel.querySelector("label.filter");
  const input = box?.querySelector("input");
  const none = panel.querySelector(".none");
  if (!(box instanceof HTMLElement && none instanceof HTMLElement && input)) return () => {};
  box.hidden = false;
  /** @type {WeakMap<Element, string>} */
  const texts = new WeakMap();

  const textOf = (/** @type {Element} an item or a heading */ row) => {
    const text = texts.get(row) ?? plainText([...row.querySelectorAll("bdi")].map((part) => part.textContent).join(" "));
    texts.set(row, text);
    return text;
  };

  const filter = () => {
    const words = plainText(input.value).split(/\s+/).filter(Boolean);
    const answers = (/** @type {Element} */ row) => words.every((word) => textOf(row).includes(word));
    let hits = 0;
    for (const list of panel.querySelectorAll("ul")) {
      const heading = list.previousElementSibling?.matches("h3") ? list.previousElementSibling : null;
      // a heading that matches shows all of its items
      const whole = heading !== null && answers(heading);
      let here = 0;
      for (const item of list.children) {
        const shown = whole || answers(item);
        item.toggleAttribute("hidden", !shown);
        if (shown) here++;
      }
      heading?.toggleAttribute("hidden", !whole && here === 0);
      hits += here;
    }
    none.hidden = hits > 0;
  };

  input.addEventListener("input", filter);
  return filter;
}
