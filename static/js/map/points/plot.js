// The bokeh document: its sources, its ranges, and when it paints.

import { scaleOf, toMap } from "../view.js";

/** @typedef {import("../view.js").Spot} Spot */
/** @typedef {import("../view.js").View} View */
/** @typedef {import("../view.js").Size} Size */
/** @typedef {Awaited<ReturnType<typeof embedPlot>>} MapPlot */

/**
 * @param {BokehItem} item
 */
export async function embedPlot(item) {
  Bokeh.set_log_level("error");
  const { roots } = await Bokeh.embed.embed_item(item);
  const figure = roots[0];
  const document = figure.model.document;
  const model = (/** @type {string} */ name) => {
    const found = document.get_model_by_name(name);
    if (!found) throw new Error(`the bokeh document has no "${name}"`);
    return found;
  };
  const [points, focus, dots, xRange, yRange] = ["points", "focus", "dots", "x_range", "y_range"].map(model);
  // Always paused: bokeh would paint some frames later and once per change, so that points would lag behind the
  // picture and the labels.
  figure.pause();

  return {
    /**
     * @param {Record<string, ArrayLike<number>>} columns
     * @param {number} size of a dot in pixels, unless there is a column `size`
     */
    setPoints(columns, size) {
      // silent: setting the columns makes bokeh read the glyph again, once for both
      dots.setv({ size: columns.size ? { field: "size" } : { value: size } }, { silent: true });
      points.setv({ data: columns });
    },
    /** @param {(Spot & { color: string, line: string })[]} rings */
    setFocus(rings) {
      const column = (/** @type {"x" | "y" | "color" | "line"} */ name) => rings.map((ring) => ring[name]);
      focus.setv({ data: { x: column("x"), y: column("y"), color: column("color"), line: column("line") } });
    },
    /**
     * Paint this view now, with the columns that were set before this frame.
     * @param {View} view @param {Size} size
     */
    show(view, size) {
      // bokeh's frame has whole pixels, the pane may have fractions; bokeh draws with an offset of half a pixel
      const { inner_width: w, inner_height: h } = figure.model;
      const scale = scaleOf(view, size);
      const { x: left, y: top } = toMap(view, size, { x: 0.5, y: 0.5 });
      xRange.setv({ start: left, end: left + w / scale });
      yRange.setv({ start: top - h / scale, end: top });
      figure.unpause(true);
      figure.paint();
      figure.pause();
    },
  };
}
