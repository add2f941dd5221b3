// The name of a document in a link: its storage row, and a hash of its id, for rows change when the map is made anew.

/**
 * @param {number} row @param {string} id
 * @returns {string} such as "17.1x2y3z"
 */
export function formatPermalink(row, id) {
  // FNV-1a, 32 bits
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${row}.${(hash >>> 0).toString(36)}`;
}

/**
 * @param {string | null} name @param {number} documents
 * @returns {number | null} the storage row, if there is such a one
 */
export function parsePermalink(name, documents) {
  const [, digits] = name?.match(/^(\d{1,10})\.[0-9a-z]{1,7}$/) ?? [];
  return digits !== undefined && Number(digits) < documents ? Number(digits) : null;
}
