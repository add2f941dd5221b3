// The link of a view: a fragment such as #at=0.5,0.5,4&doc=17. Whoever has something to keep in it adds a part.

/**
 * A part of the link. `write` gives what to keep, or null for nothing; `read` takes it back.
 * @typedef {{ write: () => string | null, read: (value: string | null) => void }} LinkPart
 * @typedef {ReturnType<typeof createLink>} Link
 */

/**
 * @param {string} fragment with or without "#"
 * @returns {Map<string, string>}
 */
export function parseFragment(fragment) {
  return new Map(new URLSearchParams(fragment.replace(/^#/, "")));
}

/** @param {Iterable<[string, string | null]>} values @returns {string} the fragment without "#" */
export function formatFragment(values) {
  const kept = [...values].filter(([, value]) => value !== null);
  // what a fragment may hold as it is stays formatStep
  return kept.map(([key, value]) => `${key}=${encodeURIComponent(value ?? "").replace(/%2C/g, ",")}`).join("&");
}

/**
 * The address of a whole page, not of its setUpEmbed form.
 * @param {{ href: string, search: string }} page @param {string} fragment
 */
export function formatAddress({ href, search }, fragment) {
  const query = new URLSearchParams(search);
  query.delete("embed");
  const bare = href.replace(/[?#].*$/s, "");
  return `${bare}${query.size ? `?${query}` : ""}${fragment ? `#${fragment}` : ""}`;
}

/** Whether a fragment leads to a place of the page and holds no view. @param {string} fragment with "#", or empty */
const isAnchor = (fragment) => fragment.length > 1 && !fragment.includes("=");

export function createLink() {
  /** @type {Map<string, LinkPart>} */
  const parts = new Map();
  let restoring = false;

  const fragmentNow = () => formatFragment([...parts].map(([key, part]) => [key, part.write()]));

  /** @param {"pushState" | "replaceState"} how */
  function write(how) {
    if (restoring) return;
    const fragment = fragmentNow();
    if (fragment === location.hash.slice(1) || (!fragment && isAnchor(location.hash))) return;
    try {
      history[how](null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    } catch {
      // blocked, as in some frames: the map works without a link
    }
  }

  function restore() {
    if (isAnchor(location.hash)) return;
    const values = parseFragment(location.hash);
    restoring = true;
    for (const [key, part] of parts) part.read(values.get(key) ?? null);
    restoring = false;
  }

  return {
    /** @param {string} key @param {LinkPart} part */
    add: (key, part) => void parts.set(key, part),
    /** The address of what is shown now, also where the address bar cannot follow. */
    get href() {
      return formatAddress(location, fragmentNow());
    },
    /** The view replaceState: the link follows, and "back" leads past it. */
    replaceState: () => write("replaceState"),
    /** Something was chosen: "back" undoes it. */
    pushState: () => write("pushState"),
    /** Read the address now, and again whenever "back" or a new fragment changes it. */
    start() {
      if (location.hash) restore();
      addEventListener("popstate", restore);
    },
  };
}
