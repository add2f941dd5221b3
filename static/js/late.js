// Scripts that are loaded when someone first turns to what they do.

/**
 * @param {{ script: string, style: string }} addresses
 * @returns {Promise<void>}
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
