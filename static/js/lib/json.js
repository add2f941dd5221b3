// What the bytes of a shard say, where they are JSON.

/** @param {ArrayBuffer} bytes @returns {any} */
export const parseBytes = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
