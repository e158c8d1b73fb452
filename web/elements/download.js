// Handing bytes to the person as a file.
import { h } from "../dom.js";

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes are overwritten
 */
export function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  bytes.fill(0); // the Blob has its own copy
  h("a", { href: url, download: name }).click();
  // A browser may still be reading when click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
