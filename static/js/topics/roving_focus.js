// One tab stop for a list of buttons of any length; the arrow keys move between them.
// https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex

/** @param {HTMLElement} list contains the buttons */
export function createRovingFocus(list) {
  /** @type {HTMLButtonElement[]} */
  let buttons = [];

  /** @param {HTMLButtonElement} [next] */
  function setTabStop(next) {
    for (const button of buttons) if (button.tabIndex === 0) button.tabIndex = -1;
    if (next) next.tabIndex = 0;
  }

  list.addEventListener("keydown", (event) => {
    const shown = buttons.filter((button) => !button.closest("[hidden]"));
    const at = shown.findIndex((button) => button === event.target);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    shown[Math.min(Math.max(next, 0), shown.length - 1)].focus();
  });
  list.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLButtonElement && buttons.includes(target)) setTabStop(target);
  });

  return {
    /** @param {HTMLButtonElement[]} next in the order of the page */
    setButtons(next) {
      buttons = next;
      for (const button of buttons) button.tabIndex = -1;
      setTabStop(buttons[0]);
    },
  };
}
