// The site without a network from the second visit on, and how a new version takes over, in all three engines. WebKitGTK's
// driver has private sessions only: the site is kept for as long as one lasts, and one thing cannot be asked of it (it says so).
// The site is served under a name of its own: on localhost, whose ports change hands, it keeps nothing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";
import { knownTypes, root, siteHeaders } from "./artifacts.mjs";
import { inEngines, ownName } from "./engines.mjs";
import { person, waitFor } from "./person.mjs";

const ours = /^\/(assets\/[a-z]+-[0-9a-f]{10}\.(css|js|svg|wasm)|service-worker\.js)?$/;
const thisVersion = `${root}dist/site`;
const here = readFileSync(`${root}VERSION`, "utf8").trim();
let nextVersion;

before(() => {
  nextVersion = mkdtempSync(join(tmpdir(), "certuri-next-"));
  const goroot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const engine = ["-wasm", ".cache/certuri.wasm", "-wasm-exec", `${goroot}/lib/wasm/wasm_exec.js`];
  // The next version also pins a company's deployments.
  const pinned = join(nextVersion, "ours.json");
  writeFileSync(pinned, '[{"name": "Orders <1>", "topology": "srv", "hosts": "orders.example.net"}]');
  execFileSync(`${root}.cache/tools/site`, ["-version", "9.9.9", ...engine, "-deployments", pinned, "-dist", nextVersion], { cwd: root });
});
after(() => nextVersion && rmSync(nextVersion, { recursive: true, force: true }));

/** A file as gzip: unpacked, the engine is too large for the cache of a private window. */
const packed = (path) => {
  if (!packedFiles.has(path)) packedFiles.set(path, gzipSync(readFileSync(path), { level: 1 }));
  return packedFiles.get(path);
};
const packedFiles = new Map();

/** A deployment of the site, whose server can fail, be stopped, and serve another version. */
class Deployment {
  folder = thisVersion;
  /** The folder that answers for a path: a deployment can be half done. */
  from = () => this.folder;
  /** "refuses": status 503; "breaks": no answer at all. */
  fails = "";
  requests = [];
  #server = createServer((request, response) => this.#answer(request, response));

  async open() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://${ownName}:${this.#server.address().port}/`;
    return this;
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    this.requests.push(pathname);
    if (this.fails === "breaks") return response.destroy();
    if (this.fails === "refuses") return response.writeHead(503).end();
    for (const [name, value] of Object.entries(await siteHeaders(pathname))) response.setHeader(name, value);
    try {
      const name = pathname === "/" ? "/index.html" : pathname;
      const bytes = packed(this.from(pathname) + name);
      response.setHeader("Content-Type", knownTypes[extname(name)]);
      response.setHeader("Content-Encoding", "gzip");
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What is kept, by the names of the caches. */
const caches = (tab) =>
  tab.run(async () => {
    const names = await globalThis.caches.keys();
    return Promise.all(names.map(async (name) => (await (await globalThis.caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).sort()));
  });

const filesOf = (site) => ["/", ...readFileSync(`${site}/index.html`, "utf8").match(/assets\/[^"]+/g).map((path) => `/${path}`)].sort();

const version = (tab) => tab.run(() => document.querySelector("footer #version").textContent);

/** The browser looks for a new version by itself, a second or so after a visit began. */
async function settled({ requests }) {
  let before;
  do {
    before = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
  } while (before !== requests.length);
}

inEngines(["Chromium", "Firefox", "WebKitGTK"], (inTab, name) => {
  /** The steps begin on a page that is kept. */
  const keeps = (steps) =>
    inTab(async (tab, context) => {
      const site = await new Deployment().open();
      try {
        await tab.goto(site.url);
        await waitFor("word that the page is kept", () => tab.run(() => !document.querySelector("footer #kept").hidden));
        await steps(tab, site, context);
      } finally {
        site.stop();
      }
    });

  async function visit(tab, site) {
    site.requests.length = 0;
    await tab.goto(site.url);
    await person(tab).ready();
  }

  test("the first visit keeps the site's files and nothing else, and then asks for nothing", keeps(async (tab, site, context) => {
    const { requests } = site;
    await person(tab).ready();
    await settled(site);
    assert.deepEqual(requests.filter((path) => !ours.test(path)), [], "no other addresses");
    const assets = requests.filter((path) => path.startsWith("/assets/"));
    const once = new Set(assets).size;
    if (name === "WebKitGTK") {
      context.diagnostic("WebKitGTK: not asked whether what is kept comes out of the browser's cache, since a private session has none that a service worker shares");
      assert.equal(assets.length, 2 * once, `loaded by the page and by the service worker: ${requests}`);
    } else assert.equal(assets.length, once, `what is kept comes out of the cache: ${requests}`);
    const loaded = requests.length;
    await person(tab).openSample();
    await settled(site);
    assert.deepEqual(requests.slice(loaded), [], "requests after loading");
    assert.deepEqual(await caches(tab), [filesOf(site.folder)]);
    assert.deepEqual(await tab.problems(), []);
  }));

  test("the second visit asks for the page only, and works without a network", keeps(async (tab, site) => {
    await visit(tab, site);
    await settled(site);
    assert.deepEqual(site.requests.filter((path) => path !== "/" && path !== "/service-worker.js"), [], "the engine comes from what is kept");
    assert.ok(site.requests.includes("/"), "whoever is online gets the newest page");

    site.stop();
    const before = (await tab.problems()).length;
    await visit(tab, site);
    await person(tab).openSample();
    assert.deepEqual(site.requests, []);
    // What a browser itself says of a server that is gone.
    const gone = /ERR_(CONNECTION_REFUSED|FAILED)/;
    assert.deepEqual((await tab.problems()).slice(before).filter((text) => !gone.test(text)), []);
    const refused = await tab.run(async () => {
      await new Promise((resolve) => setTimeout(resolve));
      const script = document.createElement("script");
      try {
        script.textContent = "globalThis.slippedIn = true";
        document.body.append(script);
      } catch {}
      return globalThis.slippedIn === undefined;
    });
    assert.ok(refused, "the kept page has its policy");
  }));

  test("a server that fails does not take the page away", keeps(async (tab, site) => {
    for (site.fails of ["breaks", "refuses"]) {
      await visit(tab, site);
      assert.equal(await version(tab), here, site.fails);
    }
  }));

  test("a new version is there with the next visit; open pages stay; the old one's files go", keeps(async (tab, site) => {
    await person(tab).ready();
    assert.equal(await version(tab), here);
    site.folder = `${nextVersion}/site`;

    const other = await tab.another();
    await visit(other, site);
    assert.equal(await version(other), "9.9.9", "no visit is spent on the old version");
    const { element, textIs } = person(other);
    await element("strong", "Orders <1>");
    await textIs("section pre", "mongodb+srv://orders.example.net");
    const wanted = JSON.stringify([filesOf(site.folder)]);
    await waitFor("one cache, the new version's", async () => JSON.stringify(await caches(other)) === wanted);

    await person(tab).openSample();
    assert.equal(await version(tab), here, "the page that was open works on");

    site.stop();
    await visit(other, site);
    assert.equal(await version(other), "9.9.9");
    await other.close();
  }));

  test("a half-done deployment is not kept", keeps(async (tab, site) => {
    site.from = (path) => (path === "/service-worker.js" ? `${nextVersion}/site` : site.folder);
    await visit(tab, site);
    await tab.run(async () => (await navigator.serviceWorker.getRegistration()).update().catch(() => {}));
    await waitFor("look for a new version", () => site.requests.includes("/service-worker.js"));
    await waitFor("new version given up", () => tab.run(async () => !(await navigator.serviceWorker.getRegistration()).installing));
    assert.deepEqual(await caches(tab), [filesOf(thisVersion)]);
    site.stop();
    await visit(tab, site);
    assert.equal(await version(tab), here);
  }));
});
