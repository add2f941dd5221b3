// The list of topics: press one to light it up on the map, type to filter.

/**
 * Whether a topic answers to what was typed: every word of it, in any order.
 * @param {string} text the topic's name and keywords @param {string} query
 */
export function matchesQuery(text, query) {
  const plain = (/** @type {string} */ s) => s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const haystack = plain(text);
  return plain(query).split(/\s+/).every((word) => haystack.includes(word));
}

/**
 * @param {HTMLElement} panel
 * @param {(topic: number | null) => void} choose
 */
export function listenToTopics(panel, choose) {
  const buttons = [...panel.querySelectorAll("button")];
  /** @type {HTMLButtonElement | undefined} */
  let pressed;

  /** @param {HTMLButtonElement | undefined} button */
  function press(button) {
    pressed?.setAttribute("aria-pressed", "false");
    pressed = button === pressed ? undefined : button;
    pressed?.setAttribute("aria-pressed", "true");
    choose(pressed ? Number(pressed.value) : null);
  }

  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => press(button));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pressed) press(undefined);
  });

  return {
    /** The topic whose button is pressed, as in a link. */
    get pressed() {
      return pressed?.value ?? null;
    },
    /**
     * Press a button as a link asks for, without choosing.
     * @param {string | null} value
     * @returns {number | null} the topic that is now pressed
     */
    show(value) {
      pressed?.setAttribute("aria-pressed", "false");
      pressed = buttons.find((button) => button.value === value);
      pressed?.setAttribute("aria-pressed", "true");
      return pressed ? Number(pressed.value) : null;
    },
  };
}

/**
 * @param {HTMLElement} panel
 */
export function listenToFilter(panel) {
  const box = panel.querySelector(".filter");
  const input = panel.querySelector("input");
  const none = panel.querySelector(".none");
  if (!(box instanceof HTMLElement && none instanceof HTMLElement && input)) return;
  const items = [...panel.querySelectorAll("li")].map((item) => ({ item, text: item.textContent ?? "" }));
  box.hidden = false;
  input.addEventListener("input", () => {
    let hits = 0;
    for (const { item, text } of items) {
      item.hidden = !matchesQuery(text, input.value);
      if (!item.hidden) hits++;
    }
    none.hidden = hits > 0;
  });
}
