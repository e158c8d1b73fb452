// The page's word about itself: its version, and the SHA-256 of its engine. No page can vouch for itself, and no file holds
// its own hash: what is said here is for comparison with the list of a release.
import { carriedEngine } from "./client.js";

/** @param {HTMLDetailsElement} details with a place for the sum: #engine */
export function about(details) {
  const engine = /** @type {HTMLElement} */ (details.querySelector("#engine"));
  engine.textContent = CERTURI_ENGINE;
  if (CERTURI_SHIP !== "offline" || !globalThis.crypto?.subtle) return;
  // The file says what it carries, not what it was built with.
  details.addEventListener("toggle", async () => {
    const sum = await crypto.subtle.digest("SHA-256", await carriedEngine());
    engine.textContent = Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }, { once: true });
}
