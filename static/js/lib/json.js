// JSON in the bytes of a shard.

/** @param {ArrayBuffer} bytes @returns {any} */
export const parseBytes = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
