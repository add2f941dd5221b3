// Rows as CSV, as sitegen/site/pages/files/downloads.py writes it: tests/js/csv.json holds examples for both.

/** Beginnings of cells that spreadsheets run as formulas (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r\n]/;

/** @param {(string | number | null)[]} cells @returns {string} a line of RFC 4180 with its end */
export function csvLine(cells) {
  const line = cells.map((cell) => {
    if (typeof cell !== "string") return cell === null ? "" : `${cell}`;
    const safe = FORMULA.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${line.join(",")}\r\n`;
}
