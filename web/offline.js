// The site without a network, from the second visit on.

/** The names of this machine itself: its ports are another program's tomorrow, and nothing of ours must lie in wait there. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * keepForOffline registers the service worker, once the page and all its files have come. Resolves to whether the site is
 * kept.
 */
export async function keepForOffline() {
  if (!navigator.serviceWorker || LOOPBACK.test(location.hostname)) return false;
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  const url = new URL("service-worker.js", document.baseURI).href;
  const policy = window.trustedTypes?.createPolicy("service-worker", { createScriptURL: () => url });
  try {
    await navigator.serviceWorker.register(/** @type {string} */ (policy ? policy.createScriptURL("") : url), { updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false; // no network, or a browser that keeps nothing: the page works all the same
  }
}
