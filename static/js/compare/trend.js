// The documents of a topic by period, as bars.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40;

/** A date that no line break parts. @param {string} period */
export const dateText = (period) => period.replaceAll("-", "\u2011");

/** The period with the most documents, in words. @param {number[]} counts @param {string[]} periods */
export function peakText(counts, periods) {
  const most = Math.max(...counts);
  if (most <= 0) return "no document with a date";
  return `most in ${dateText(periods[counts.indexOf(most)])}: ${most.toLocaleString("en")} ${most === 1 ? "document" : "documents"}`;
}

/**
 * @param {string} name of the topic @param {string} color @param {number[]} counts @param {string[]} periods
 * @param {number} most the count of a bar as high as the chart
 */
export function drawTrend(name, color, counts, periods, most) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${counts.length} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${name} from ${periods[0]} to ${periods[periods.length - 1]}: ${peakText(counts, periods)}`);
  counts.forEach((count, k) => {
    const bar = document.createElementNS(SVG, "rect");
    const height = (HEIGHT * count) / Math.max(1, most);
    const box = { x: k + 0.1, y: HEIGHT - height, width: 0.8, height, fill: color };
    for (const [key, value] of Object.entries(box)) bar.setAttribute(key, `${value}`);
    svg.append(bar);
  });
  return svg;
}
