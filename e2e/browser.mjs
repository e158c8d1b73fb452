// Chromium, and a witness of all that a page does beside what it shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { program } from "./programs.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * @param {{ host?: string, port?: number, debuggingPort?: number, args?: string[] }} [options] host: a name for this machine, as secure to the
 *   browser as an https: origin, at that port; args: more of the browser's own
 */
export async function launch({ host, port, debuggingPort, args = [] } = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...args,
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      // Whatever the browser itself would ask the network for is refused; only this machine answers.
      `--host-resolver-rules=${host ? `MAP ${host} 127.0.0.1, ` : ""}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      ...(debuggingPort ? [`--remote-debugging-port=${debuggingPort}`] : []),
      ...(host ? [`--unsafely-treat-insecure-origin-as-secure=http://${host}:${port}`] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-sync",
      "--no-first-run",
      "--no-pings",
    ],
  });
}

export function findChromium() {
  const asked = process.env.CHROMIUM || "chromium";
  const found = program(asked);
  if (!found) throw new Error(`there is no ${asked}; set CHROMIUM to a Chromium or Chrome`);
  return found;
}

/**
 * A fresh profile with one page, and what was seen of it. secrets are texts that must show up nowhere but on the page.
 */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const seen = { requests: [], problems: [] };
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) seen.requests.push(`${request.method()} ${request.url()}`);
  });
  page.on("websocket", (socket) => seen.requests.push(`websocket ${socket.url()}`));
  page.on("console", (message) => seen.problems.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.problems.push(`uncaught: ${error.message}`));
  page.on("crash", () => seen.problems.push("the page crashed"));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`violates ${event.effectiveDirective}: ${event.blockedURI}`));
  });
  await page.goto(url);
  return { context, page, seen };
}

/** Nothing was refused by the policy, thrown or logged. */
export function assertClean(seen) {
  assert.deepEqual(seen.problems, []);
}

/** Nothing is kept where a later visitor, or another page, could find it; and none of the secrets is in the address. */
export async function assertNothingKept({ context, page }, secrets) {
  const kept = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).map((d) => d.name),
    caches: globalThis.caches && isSecureContext && location.protocol !== "file:" ? await caches.keys() : [],
    history: history.state,
    windowName: window.name,
  }));
  assert.deepEqual(kept, { local: {}, session: {}, cookie: "", databases: [], caches: [], history: null, windowName: "" });
  assert.deepEqual(await context.cookies(), []);
  const address = decodeURIComponent(page.url());
  for (const secret of secrets) assert.ok(!address.includes(secret), `the address ${address} holds ${JSON.stringify(secret)}`);
}

/** axe finds nothing to object to. */
export async function assertAccessible(page, state) {
  // Through the debugger: the page's own policy allows no other script.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.flat(9).join(" ")).join(", ")}`);
  assert.deepEqual(found, [], `axe, ${state}`);
}
