// Loads a script and its style when they are first needed.

/**
 * @param {{ script: string, style: string }} addresses
 * @returns {Promise<void>} once the script has run
 */
export function loadScript({ script, style }) {
  return new Promise((resolve, reject) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = style;
    const code = document.createElement("script");
    code.src = script;
    code.onload = () => resolve();
    code.onerror = () => reject(new Error(`${script} did not load`));
    document.head.append(sheet, code);
  });
}
