// The link of a view: a fragment such as #at=0.5,0.5,4&doc=17, made of parts that other modules add.

/**
 * A part of the link. `write` returns its value or null; `read` restores it, null if the link has no such part.
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
  // commas are valid in fragments and easier to read
  return kept.map(([key, value]) => `${key}=${encodeURIComponent(value ?? "").replace(/%2C/g, ",")}`).join("&");
}

/**
 * The address of the whole page, without `?embed`.
 * @param {{ href: string, search: string }} page @param {string} fragment
 */
export function formatAddress({ href, search }, fragment) {
  const query = new URLSearchParams(search);
  query.delete("embed");
  const bare = href.replace(/[?#].*$/s, "");
  return `${bare}${query.size ? `?${query}` : ""}${fragment ? `#${fragment}` : ""}`;
}

/** Whether a fragment is the id of an element and not a view. @param {string} fragment with "#", or empty */
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
      // some frames block history: the map works without a link
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
    /** The address of the current view, also where the address bar cannot be changed. */
    get href() {
      return formatAddress(location, fragmentNow());
    },
    /** Change the address without an entry in the history, as after a movement. */
    replaceState: () => write("replaceState"),
    /** Add an entry to the history, as after a choice: "back" undoes it. */
    pushState: () => write("pushState"),
    /** Read the address now and each time it changes. */
    start() {
      if (location.hash) restore();
      addEventListener("popstate", restore);
    },
  };
}
