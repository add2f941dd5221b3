// Loads a script and its style when they are first needed.

/**
 * What the script lays out is measured at once, so its style has to be there as well.
 * @param {{ script: string, style: string }} addresses
 * @returns {Promise<void>} once the script has run and the style applies
 */
export async function loadScript({ script, style }) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = style;
  const code = document.createElement("script");
  code.src = script;
  const both = Promise.all([loaded(sheet, style), loaded(code, script)]);
  document.head.append(sheet, code);
  await both;
}

/** @param {HTMLElement} element @param {string} address */
function loaded(element, address) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${address} did not load`));
  });
}
