// What the deployments answer: the headers of web/_headers and nothing else, on Cloudflare's runtime as from `certuri serve`;
// and who may frame the site.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { cloudflare, root, ships, siteHeaders } from "./artifacts.mjs";
import { assertClean, launch, openPage } from "./browser.mjs";
import { score } from "./observatory.mjs";
import { ready } from "./page.mjs";

const paths = ["/", "/service-worker.js", ...readdirSync(`${root}dist/site/assets`).map((name) => `/assets/${name}`)];

/** Headers that say something of one answer or of the connection, not of the deployment's policy. */
const ofTheAnswer = /^(cf-.*|connection|content-(encoding|length|type)|date|etag|keep-alive|transfer-encoding|vary)$/;

const policyHeaders = (response) => Object.fromEntries([...response.headers].filter(([name]) => !ofTheAnswer.test(name)));

/** @param {(headers: Record<string, string>) => void} [changed] what this deployment has otherwise */
async function assertHeaders(url, changed = () => {}) {
  for (const path of paths) {
    const response = await fetch(new URL(path, url));
    await response.arrayBuffer();
    assert.equal(response.status, 200, path);
    const wanted = await siteHeaders(path);
    changed(wanted);
    assert.deepEqual(policyHeaders(response), wanted, path);
  }
  for (const [path, method, status] of [["/assets/gone-0123456789.js", "GET", 404], ["/_headers", "GET", 404], ["/", "POST", 405]]) {
    const response = await fetch(new URL(path, url), { method });
    assert.equal(response.status, status, `${method} ${path}`);
    const wanted = { ...(await siteHeaders(path)), "cache-control": "no-store" };
    changed(wanted);
    const { allow, ...headers } = policyHeaders(response);
    assert.deepEqual(headers, wanted, `${method} ${path}`);
  }
}

const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", wasm: "application/wasm" };

async function assertTypes(url) {
  for (const path of paths.slice(1)) {
    const { headers } = await fetch(new URL(path, url), { method: "HEAD" });
    assert.equal(headers.get("content-type").split(";")[0], types[path.split(".").pop()], path);
  }
}

test("certuri serve answers with the one set of headers", async () => {
  const place = await ships.site();
  try {
    // RFC 6797, section 7.2: not over plain HTTP.
    await assertHeaders(place.url, (headers) => delete headers["strict-transport-security"]);
    await assertTypes(place.url);
  } finally {
    await place.release();
  }
});

test("the Observatory gives the headers A+, and each of them counts", async () => {
  const headers = await siteHeaders("/");
  const { points, grade, results } = score(headers);
  assert.deepEqual([points, grade], [130, "A+"], JSON.stringify(results));
  const policy = (from, to) => ({ ...headers, "content-security-policy": headers["content-security-policy"].replace(from, to) });
  for (const [name, changed] of Object.entries({
    "no policy": { ...headers, "content-security-policy": undefined },
    "unsafe-inline": policy("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    "unsafe-eval": policy("'wasm-unsafe-eval'", "'unsafe-eval'"),
    "styles of anybody": policy("style-src 'self'", "style-src https:"),
    "images over http": policy("img-src 'self'", "img-src http://example.com"),
    "no default": policy("default-src 'none'; ", ""),
    "forms": policy("form-action 'none'", "form-action *"),
    "no nosniff": { ...headers, "x-content-type-options": undefined },
    "referrer": { ...headers, "referrer-policy": "unsafe-url" },
    "short HSTS": { ...headers, "strict-transport-security": "max-age=3600" },
    "frames": { ...policy("frame-ancestors 'none'; ", ""), "x-frame-options": undefined },
    "resources": { ...headers, "cross-origin-resource-policy": "cross-origin" },
  })) assert.ok(score(changed).points < points, name);
  // What the Observatory does not score, but was promised with it.
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.match(headers["permissions-policy"], /camera=\(\).*usb=\(\)/);
  assert.doesNotMatch(headers["content-security-policy"], /'unsafe-/);
});

test("Netlify builds with our Go, and takes its headers from the same file", () => {
  const text = readFileSync(`${root}netlify.toml`, "utf8");
  assert.doesNotMatch(text, /\[\[headers\]\]/);
  assert.match(text, /publish = "dist\/site"/);
  const [, wanted] = readFileSync(`${root}go.mod`, "utf8").match(/^go (1\.\d+)\./m);
  assert.ok(text.includes(`GO_VERSION = "${wanted}.`), `Go ${wanted}, as go.mod has it`);
});

describe("Cloudflare", () => {
  let browser, here, elsewhere;
  before(async () => {
    browser = await launch();
    [here, elsewhere] = await Promise.all([framing(), framing()]);
  });
  after(async () => {
    await browser?.close();
    here?.close();
    elsewhere?.close();
  });

  test("serves the site with the one set of headers", async () => {
    const place = await cloudflare();
    try {
      await assertHeaders(place.url);
      await assertTypes(place.url);
      const { context, page, seen } = await openPage(browser, place.url);
      await ready(page);
      assertClean(seen);
      await context.close();
      assert.equal(await framed(here, place.url), false, "nobody may frame it");
    } finally {
      await place.release();
    }
  });

  test("FRAME_ANCESTORS lets the named origins frame it, and no other", async () => {
    const place = await cloudflare(`https://portal.example.com ${here.origin}`);
    try {
      await assertHeaders(place.url, (headers) => {
        const none = "frame-ancestors 'none'";
        assert.ok(headers["content-security-policy"].includes(none));
        headers["content-security-policy"] = headers["content-security-policy"].replace(none, `frame-ancestors https://portal.example.com ${here.origin}`);
        delete headers["x-frame-options"];
      });
      const answer = await fetch(place.url);
      assert.equal(score(Object.fromEntries(answer.headers)).grade, "A+", "and that costs no grade");
      assert.equal(await framed(here, place.url), true);
      assert.equal(await framed(elsewhere, place.url), false);
    } finally {
      await place.release();
    }
  });

  test("a FRAME_ANCESTORS that would say something else is refused", async () => {
    const place = await cloudflare("https://portal.example.com; script-src *");
    try {
      const response = await fetch(place.url);
      assert.equal(response.status, 500);
      assert.match(await response.text(), /"https:\/\/portal\.example\.com;" is none/);
      assert.equal(response.headers.get("content-security-policy"), (await siteHeaders("/"))["content-security-policy"]);
    } finally {
      await place.release();
    }
  });

  /** An origin whose one page frames what its address asks for. */
  async function framing() {
    const server = createServer((request, response) => {
      const url = new URL(request.url, "http://localhost").searchParams.get("url");
      response.setHeader("Content-Type", "text/html");
      response.end(url ? `<!doctype html><iframe src="${url}"></iframe>` : "");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { origin: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) };
  }

  async function framed({ origin }, url) {
    const context = await browser.newContext();
    const page = await context.newPage();
    try {
      await page.goto(`${origin}/?url=${encodeURIComponent(url)}`, { waitUntil: "load" });
      const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
      return (await frame.locator("x509-connect").count()) === 1;
    } finally {
      await context.close();
    }
  }
});
