// The parameter `doc` of an address: storage row and a hash of the id, because rows change from build to build.

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
 * @returns {number | null} the storage row, if it exists
 */
export function parsePermalink(name, documents) {
  const [, digits] = name?.match(/^(\d{1,10})\.[0-9a-z]{1,7}$/) ?? [];
  return digits !== undefined && Number(digits) < documents ? Number(digits) : null;
}
