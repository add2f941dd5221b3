// Offers files made by the page as downloads.

/** @param {Blob} blob @param {string} name */
export function downloadBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // long after the browser has started the download
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/**
 * File name with the folder of the map.
 * @param {string} what @param {string} extension
 */
export function fileName(what, extension) {
  const folder = location.pathname.split("/").at(-2)?.replace(/[^\w-]/g, "") || "map";
  return `${folder}-${what}.${extension}`;
}
