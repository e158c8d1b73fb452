// Keeps the site's own files for use without a network. Nothing else is ever kept: only the install step writes, and only
// the files that the build lists.
//
// A page that has loaded asks for nothing again, so a new version takes over at once: pages that are open stay as they are,
// and the next visit is the new version's.

/** @typedef {Event & { waitUntil(work: Promise<unknown>): void, request: Request, respondWith(answer: Promise<Response>): void }} WorkerEvent */
const worker = /** @type {{ skipWaiting(): Promise<void>, addEventListener(type: string, listener: (event: any) => void): void }} */ (
  /** @type {unknown} */ (self)
);

const OURS = "certuri-";
const CACHE = OURS + CERTURI_BUILD;
const PAGE = new URL("./", location.href).href;
const assets = CERTURI_ASSETS.map((path) => new URL(path, location.href).href);

/** Milliseconds after which the kept page is shown, however much longer the network would take. */
const PATIENCE = 4000;

worker.addEventListener("install", (/** @type {WorkerEvent} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {WorkerEvent} */ event) => event.waitUntil(removeOlder()));
worker.addEventListener("fetch", (/** @type {WorkerEvent} */ event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate" && [PAGE, `${PAGE}index.html`].includes(origin + pathname)) event.respondWith(page(request));
  else if (assets.includes(request.url)) event.respondWith(asset(request));
});

async function install() {
  const answer = await fetch(PAGE, { cache: "no-cache" });
  const text = await answer.clone().text();
  // A server in the middle of an update answers with another version's page; the next visit tries again.
  if (!answer.ok || answer.redirected || !CERTURI_ASSETS.every((path) => text.includes(`"${path}"`))) throw new Error("not this version's page");
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(assets);
    await cache.put(PAGE, answer);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  await worker.skipWaiting();
}

async function removeOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
}

/**
 * page asks the network first, so that whoever is online has the newest version.
 *
 * @param {Request} request
 */
async function page(request) {
  const network = fetch(request);
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  try {
    const answer = await Promise.race([network, late]);
    if (answer.status < 500) return answer;
  } catch {}
  return (await kept(PAGE)) ?? network;
}

/** @param {Request} request */
async function asset(request) {
  return (await kept(request.url)) ?? fetch(request);
}

/** @param {string} url */
async function kept(url) {
  return (await caches.open(CACHE)).match(url);
}
