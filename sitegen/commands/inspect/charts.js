// The page of `sitegen inspect`: draws the charts that it carries, in the colours of the page.

const carried = document.querySelector("#charts");
for (const item of JSON.parse(carried?.textContent ?? "[]")) Bokeh.embed.embed_item(JSON.parse(item));

// bokeh reads the colours of text and axes once
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
