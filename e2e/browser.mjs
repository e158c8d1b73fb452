// Chromium, and a witness of all that a page does beside what it shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { program } from "./programs.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param {{ debuggingPort?: number, args?: string[] }} [options] args: more of the browser's own */
export async function launch({ debuggingPort, args = [] } = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...args,
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      // Whatever the browser itself would ask the network for is refused; only this machine answers.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE *.localhost",
      ...(debuggingPort ? [`--remote-debugging-port=${debuggingPort}`] : []),
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

/** A fresh profile with one page, and what was seen of it. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { page, seen } = await newPage(context);
  await page.goto(url);
  return { context, page, seen };
}

async function newPage(context) {
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
  return { page, seen };
}

/** Chromium with the tabs of firefox.mjs and webkit.mjs. */
export async function launchChromium({ dark = false } = {}) {
  const browser = await launch();
  const open = async () => {
    const { context, page, seen } = await openPage(browser, "about:blank", { colorScheme: dark ? "dark" : "light" });
    return tabOf(context, page, seen, () => context.close());
  };
  return { name: "Chromium", open, close: () => browser.close() };
}

function tabOf(context, page, seen, close) {
  /** Where commands go: the page, or the frame that was entered. */
  let target = page;
  const call = (fn, args) => target.evaluateHandle(new Function("given", `return (${fn})(...given)`), args);
  return {
    problems: async () => seen.problems,
    requests: () => seen.requests,
    async another() {
      const { page, seen } = await newPage(context);
      return tabOf(context, page, seen, () => page.close());
    },
    goto: (url) => page.goto(url),
    async enter(frame) {
      target = await frame.contentFrame();
    },
    leave: async () => (target = page),
    element: async (fn, ...args) => (await call(fn, args)).asElement() ?? undefined,
    // As text: some pages give lists a toJSON of their own.
    run: async (fn, ...args) => JSON.parse(await (await call(`async (...given) => JSON.stringify((await (${fn})(...given)) ?? null)`, args)).jsonValue()),
    click: (element) => element.click(),
    async type(element, text) {
      await element.focus();
      await page.keyboard.type(text);
    },
    async paste(element) {
      await element.focus();
      await page.keyboard.press("Control+V");
    },
    choose: (element, paths) => element.setInputFiles(paths),
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: () => page.screenshot(),
    close,
  };
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

/** axe finds nothing to object to. Its options say which rules, where not all. */
export async function assertAccessible(page, state, options = {}) {
  // Through the debugger: the page's own policy allows no other script.
  for (const frame of page.frames?.() ?? [page]) if (!(await frame.evaluate(() => "axe" in globalThis))) await frame.evaluate(axeSource);
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), { resultTypes: ["violations"], ...options });
  assertNoViolations(violations, state);
}

/** The same of a tab of any engine; what is in a frame is looked at from inside it. */
export async function assertTabAccessible(tab, state) {
  const violations = await tab.run(new Function(`if (!globalThis.axe) { ${axeSource} }
    return globalThis.axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations);`));
  assertNoViolations(violations, state);
}

function assertNoViolations(violations, state) {
  const found = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.flat(9).join(" ")).join(", ")}`);
  assert.deepEqual(found, [], `axe, ${state}`);
}
