// The site without a network from the second visit on, and how a new version takes over. The site is served under a name of
// its own: on localhost, whose ports change hands, it keeps nothing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { knownTypes, root, siteHeaders } from "./artifacts.mjs";
import { assertClean, launch, openPage } from "./browser.mjs";
import { code, ready, userName } from "./page.mjs";

const host = "certuri.test";
const ours = /^\/(assets\/[a-z]+-[0-9a-f]{10}\.(css|js|svg|wasm)|service-worker\.js)?$/;

let server, folder, down, requests, nextVersion, browser, opened, url;

/** The folder that answers for a path: a deployment can be half done. */
let from = () => folder;

/** A file as gzip: unpacked, the engine is too large for the cache of a private window. */
const packed = (path) => {
  if (!packedFiles.has(path)) packedFiles.set(path, gzipSync(readFileSync(path), { level: 1 }));
  return packedFiles.get(path);
};
const packedFiles = new Map();

before(async () => {
  nextVersion = mkdtempSync(join(tmpdir(), "certuri-next-"));
  const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const engine = ["-wasm", ".cache/certuri.wasm", "-wasm-exec", `${goroot}/lib/wasm/wasm_exec.js`];
  // The next version also pins a company's deployments.
  const pinned = join(nextVersion, "ours.json");
  writeFileSync(pinned, '[{"name": "Orders <1>", "topology": "srv", "hosts": "orders.example.net"}]');
  execFileSync(`${root}.cache/tools/site`, ["-version", "9.9.9", ...engine, "-deployments", pinned, "-dist", nextVersion], { cwd: root });

  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, url);
    requests.push(pathname);
    if (down) return response.destroy();
    for (const [name, value] of Object.entries(await siteHeaders(pathname))) response.setHeader(name, value);
    try {
      const name = pathname === "/" ? "/index.html" : pathname;
      const bytes = packed(from(pathname) + name);
      response.setHeader("Content-Type", knownTypes[extname(name)]);
      response.setHeader("Content-Encoding", "gzip");
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  url = `http://${host}:${port}/`;
  browser = await launch({ host, port });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(nextVersion, { recursive: true, force: true });
});

beforeEach(async () => {
  [folder, down, requests] = [`${root}dist/site`, false, []];
  from = () => folder;
  opened = await openPage(browser, url);
  await kept(opened.page);
});
afterEach(() => opened?.context.close());

const kept = (page) => page.getByText("works without a network").waitFor();
const version = (page) => page.locator("footer #version").textContent();
const here = () => readFileSync(`${root}VERSION`, "utf8").trim();

/** What is kept, by the names of the caches. */
const caches = (page) =>
  page.evaluate(async () => {
    const names = await globalThis.caches.keys();
    return Promise.all(names.map(async (name) => (await (await globalThis.caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).sort()));
  });

const filesOf = (site) => ["/", ...readFileSync(`${site}/index.html`, "utf8").match(/assets\/[^"]+/g).map((path) => `/${path}`)].sort();

async function reload(page) {
  requests.length = 0;
  await page.reload();
  await ready(page);
}

/** The browser looks for a new version by itself, a second or so after a visit began. */
async function settled() {
  let before;
  do {
    before = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
  } while (before !== requests.length);
}

async function openSample(page) {
  await page.getByRole("button", { name: "Try a sample" }).click();
  await userName(page).waitFor();
}

test("the first visit keeps the site's files and nothing else, and then asks for nothing", async () => {
  const { page, seen } = opened;
  await ready(page);
  await settled();
  assert.deepEqual(requests.filter((path) => !ours.test(path)), [], "no other addresses");
  const assets = requests.filter((path) => path.startsWith("/assets/"));
  assert.equal(new Set(assets).size, assets.length, `what is kept comes out of the cache: ${requests}`);
  const loaded = requests.length;
  await openSample(page);
  await settled();
  assert.deepEqual(requests.slice(loaded), [], "requests after loading");
  assert.deepEqual(await caches(page), [filesOf(folder)]);
  assertClean(seen);
});

test("the second visit asks for the page only, and works without a network", async () => {
  const { page, seen } = opened;
  await reload(page);
  await settled();
  assert.deepEqual([...new Set(requests)].sort(), ["/", "/service-worker.js"], "the engine comes from what is kept");

  down = true;
  await opened.context.setOffline(true);
  seen.problems.length = 0;
  await reload(page);
  await openSample(page);
  assert.deepEqual(seen.problems.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(text)), []);
  const refused = await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    const script = document.createElement("script");
    try {
      script.textContent = "1";
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(refused, "the kept page has its policy");
});

test("a server that fails does not take the page away", async () => {
  const { page } = opened;
  down = true;
  await reload(page);
  assert.equal(await version(page), here());
});

test("a new version is there with the next visit; open pages stay; the old one's files go", async () => {
  const { page } = opened;
  await ready(page);
  assert.equal(await version(page), here());
  folder = `${nextVersion}/site`;

  const other = await opened.context.newPage();
  await other.goto(url);
  await ready(other);
  assert.equal(await version(other), "9.9.9", "no visit is spent on the old version");
  await other.locator("strong", { hasText: "Orders <1>" }).waitFor();
  await code(other).filter({ hasText: "mongodb+srv://orders.example.net" }).waitFor();
  await settled();
  assert.deepEqual(await caches(other), [filesOf(folder)], "one cache, the new one's");

  await openSample(page);
  assert.equal(await version(page), here(), "the page that was open works on");

  down = true;
  await opened.context.setOffline(true);
  await reload(other);
  assert.equal(await version(other), "9.9.9");
});

test("a half-done deployment is not kept", async () => {
  const { page } = opened;
  from = (path) => (path === "/service-worker.js" ? `${nextVersion}/site` : folder);
  await reload(page);
  await settled();
  assert.ok(requests.includes("/service-worker.js"));
  assert.deepEqual(await caches(page), [filesOf(folder)]);
  down = true;
  await reload(page);
  assert.equal(await version(page), here());
});
