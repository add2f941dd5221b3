// The tooltip: what the point under the pointer, the finger or the keyboard is.

/** @typedef {import("./view.js").Spot} Spot */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {{ title: string, category: string, topic: string, color: string }} Words */

const GAP = 14;

/**
 * @param {HTMLElement} element
 */
export function createTooltip(element) {
  const part = (/** @type {string} */ name) => {
    const found = element.querySelector(`.${name}`);
    if (!(found instanceof HTMLElement)) throw new Error(`the tooltip has no .${name}`);
    return found;
  };
  const [title, category, topic] = ["title", "category", "topic"].map(part);

  return {
    /** @param {Words} words */
    write(words) {
      title.textContent = words.title;
      category.textContent = words.category;
      category.hidden = !words.category;
      topic.textContent = words.topic;
      element.style.setProperty("--color", words.color);
      element.hidden = false;
    },
    /** @param {Spot} spot @param {Size} size the pane's */
    place(spot, size) {
      const { offsetWidth: w, offsetHeight: h } = element;
      const below = spot.y - GAP - h < 4;
      const left = Math.min(Math.max(4, spot.x - w / 2), Math.max(4, size.w - w - 4));
      const top = below ? spot.y + GAP : spot.y - GAP - h;
      element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    hide() {
      element.hidden = true;
    },
  };
}
