// The widget in other people's pages: as an npm package in a Vite app, with a company's deployments, in hostile pages, and in
// a frame.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { portalPolicy, root, serveFolder } from "./artifacts.mjs";
import { assertAccessible, assertClean, assertNothingKept, launch, openPage } from "./browser.mjs";
import { Authority, rfc2253Subject } from "./certificates.mjs";
import { choose, code, passwordOf, ready, unlock, userName } from "./page.mjs";
import { framingPortal, portal, portalPage, reset, tampered } from "./portals.mjs";

const password = "correct horse";
let browser, authority, alice, p12;

before(async () => {
  browser = await launch();
  authority = new Authority();
  alice = authority.client("alice", "/C=US/O=Example, Inc/OU=Data/CN=alice");
  p12 = authority.pkcs12("alice", alice, password, "AES-256");
});
after(async () => {
  await browser?.close();
  authority?.remove();
});

async function visit(place, steps, options) {
  const opened = await openPage(browser, place.url, options);
  try {
    await steps(opened);
  } finally {
    await opened.context.close();
    await place.release();
  }
}

async function openAlice(within) {
  await choose(within, p12);
  await unlock(within, p12, password);
  await userName(within).waitFor();
  assert.equal(await userName(within).textContent(), rfc2253Subject(alice.certificate));
}

describe("as an npm package", () => {
  let app;
  before(() => {
    app = mkdtempSync(join(tmpdir(), "certuri-vite-"));
    const run = (command, ...args) => execFileSync(command, args, { cwd: app, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
    const files = {
      "package.json": '{ "name": "app", "private": true, "type": "module" }',
      "index.html": '<!doctype html><html lang="en"><head><title>App</title></head><body><x509-connect></x509-connect><output></output><script type="module" src="./main.ts"></script></body></html>',
      "main.ts": `import { X509Connect, type Deployment } from "certuri";
import { type FromFrame } from "certuri/frame";
const element = document.querySelector("x509-connect")!;
const orders: Deployment = { name: "Orders", topology: "replicaSet", hosts: ["db1.example.net", "db2.example.net"], replicaSetName: "rs0", target: "node" };
element.deployments = [orders];
element.addEventListener("certuri-username", ({ detail }) => {
  const name: string | null = detail.username;
  document.querySelector("output")!.textContent = JSON.stringify([name, detail.notAfter, detail.target, element instanceof X509Connect]);
});
// @ts-expect-error: a topology that there is not
const wrong: Deployment = { name: "a", topology: "cluster" };
// @ts-expect-error: the name is read only
export const rename = () => (element.username = "x");
export type Heights = Extract<FromFrame, { type: "height" }>["height"];
export { wrong };
`,
      "tsconfig.json": '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "lib": ["es2022", "dom"], "types": [] }, "files": ["main.ts"] }',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
    run("npm", "pack", `${root}dist/embed`, "--silent");
    run("npm", "install", "--offline", "--no-audit", "--no-fund", `./certuri-${readFileSync(`${root}VERSION`, "utf8").trim()}.tgz`);
    run(`${root}e2e/node_modules/.bin/tsc`, "-p", ".");
    run(`${root}e2e/node_modules/.bin/vite`, "build", "--logLevel", "warn");
  });
  after(() => app && rmSync(app, { recursive: true, force: true }));

  test("a Vite app typechecks, builds, and opens a certificate under a strict policy", async () => {
    const place = await serveFolder(join(app, "dist"), { headers: { "Content-Security-Policy": portalPolicy } });
    await visit(place, async (opened) => {
      const { page, seen } = opened;
      await ready(page);
      const assets = seen.requests.filter((request) => /\.(wasm|js)$/.test(request)).map((request) => request.replace(/.*\//, "").replace(/-[\w-]{8}\./, "."));
      assert.deepEqual(assets.sort(), ["certuri.wasm", "index.js", "worker.js"]);
      const loaded = seen.requests.length;
      await openAlice(page);
      await code(page).filter({ hasText: "mongodb://db1.example.net,db2.example.net" }).waitFor();
      assert.match(await code(page).innerText(), /new MongoClient/);
      const [name, notAfter, target, same] = JSON.parse(await page.locator("output").textContent());
      assert.deepEqual([name, target, same], [rfc2253Subject(alice.certificate), "node", true]);
      assert.ok(Date.parse(notAfter) > Date.now());
      assert.deepEqual(seen.requests.slice(loaded), [], "requests after loading");
      assertClean(seen);
      await assertNothingKept(opened, ["alice", password]);
    });
  });
});

describe("a company's deployments", () => {
  const list = [
    { name: "Orders", topology: "replicaSet", hosts: ["db1.example.net", "db2.example.net"], replicaSetName: "rs0", caFile: "/etc/ssl/our-ca.pem", certificateKeyFile: "/etc/ssl/me.pem", target: "node" },
    { name: "Archive", topology: "srv", hosts: "archive.example.net" },
  ];
  const show = (attributes, inside = "") => portal({ "/": portalPage(`<x509-connect ${attributes}>${inside}</x509-connect>`) });

  for (const [how, open] of [
    ["a JSON block inside", () => show("", `<script type="application/json">${JSON.stringify(list)}</script>`)],
    ["the attribute", () => show(`deployments='${JSON.stringify(list)}'`)],
  ]) {
    test(`${how}: the first is filled in, another can be chosen`, async () => {
      await visit(await open(), async ({ page, seen }) => {
        await ready(page);
        await code(page).filter({ hasText: "replicaSet=rs0" }).or(code(page).filter({ hasText: "rs0" })).waitFor();
        const call = await code(page).innerText();
        for (const text of ["new MongoClient", "db1.example.net,db2.example.net", "/etc/ssl/our-ca.pem", "/etc/ssl/me.pem"]) assert.ok(call.includes(text), text);
        await page.locator("#pinned").selectOption("Archive");
        await code(page).filter({ hasText: "mongodb+srv://archive.example.net" }).waitFor();
        assertClean(seen);
      });
    });
  }

  test("people only drop a file and copy: the other steps can be hidden", async () => {
    await visit(await show(`hide="deployment message" deployments='${JSON.stringify(list.slice(0, 1))}'`), async ({ page, seen }) => {
      await ready(page);
      await page.getByRole("heading", { name: "Your certificate" }).waitFor();
      for (const step of ["Your deployment", "When it fails"]) await page.getByRole("heading", { name: step }).waitFor({ state: "hidden" });
      await openAlice(page);
      assert.ok((await code(page).innerText()).includes("db1.example.net,db2.example.net"));
      assertClean(seen);
    });
  });

  test("a mistake in the list is told on the page", async () => {
    await visit(await show(`deployments='[{"name":"Orders","host":"db1"}]'`), async ({ page, seen }) => {
      await ready(page);
      await page.getByText("deployments[0].host: there is no such field").first().waitFor();
      assertClean(seen);
    });
  });

  test("paths of files by attributes", async () => {
    await visit(await show('certificate-key-file="/srv/tls/me.pem" ca-file="/srv/tls/ca.pem" target="node"'), async ({ page }) => {
      await ready(page);
      await code(page).filter({ hasText: "/srv/tls/me.pem" }).waitFor();
      assert.ok((await code(page).innerText()).includes("/srv/tls/ca.pem"));
    });
  });
});

describe("hostile pages", () => {
  test("a page that changes everyone's prototypes", async () => {
    const place = await portal({ "/": portalPage("<x509-connect></x509-connect>", '<script src="/tampered.js"></script>'), "/tampered.js": tampered });
    await visit(place, async ({ page, seen }) => {
      await ready(page);
      await openAlice(page);
      await page.getByLabel("Host", { exact: true }).fill("db.example.net");
      await code(page).filter({ hasText: "db.example.net" }).waitFor();
      assertClean(seen);
    });
  });

  test("style sheets that reset and override everything do not reach inside, and ours do not reach out", async () => {
    const measure = async (css) => {
      const place = await portal({ "/": portalPage("<x509-connect></x509-connect><p id=ours>The portal's own</p>", css ? '<link rel="stylesheet" href="/reset.css">' : ""), "/reset.css": css },
        portalPolicy.replace("style-src 'none'", "style-src 'self'"));
      let found;
      await visit(place, async ({ page, seen }) => {
        await ready(page);
        found = await page.evaluate(() => {
          const properties = ["color", "fontFamily", "fontSize", "fontStyle", "letterSpacing", "lineHeight", "textTransform", "textAlign", "wordSpacing", "textIndent", "direction", "display", "cursor"];
          const styleOf = (element) => Object.fromEntries(properties.map((name) => [name, getComputedStyle(element)[name]]));
          const { shadowRoot } = document.querySelector("x509-connect");
          return { inside: ["h2", ".drop button", "input[type=text]", "pre"].map((selector) => [selector, styleOf(shadowRoot.querySelector(selector))]), sheets: document.styleSheets.length, adopted: document.adoptedStyleSheets.length };
        });
        assertClean(seen);
      });
      return found;
    };
    const [calm, hostile] = [await measure(""), await measure(reset)];
    assert.deepEqual(hostile.inside, calm.inside);
    assert.deepEqual([calm.sheets, calm.adopted], [0, 0], "nothing of ours on the page's own styles");
  });

  test("what leaves the element is the public facts: no other event, no global", async () => {
    const spy = `globalThis.heard = []; globalThis.before = new Set(Object.getOwnPropertyNames(globalThis));
      for (const type of ["certuri-username", "input", "change", "click", "keydown", "submit", "paste", "copy"]) {
        document.addEventListener(type, (event) => heard.push([type, event.composedPath()[0].localName, JSON.stringify(event.detail ?? null)]));
      }`;
    await visit(await portal({ "/": portalPage("<x509-connect></x509-connect>", '<script src="/spy.js"></script>'), "/spy.js": spy }), async ({ page }) => {
      await ready(page);
      await openAlice(page);
      const { heard, globals } = await page.evaluate(() => ({ heard: globalThis.heard, globals: Object.getOwnPropertyNames(globalThis).filter((name) => !globalThis.before.has(name)) }));
      assert.deepEqual(globals.filter((name) => !/^(\d+|__playwright|before)/.test(name)), []);
      const details = heard.filter(([type]) => type === "certuri-username").map(([, , detail]) => JSON.parse(detail));
      assert.deepEqual(Object.keys(details.at(-1)).sort(), ["notAfter", "target", "username"]);
      assert.ok(!JSON.stringify(heard).includes(password));
      assert.ok(!JSON.stringify(heard).includes("BEGIN"));
    });
  });
});

describe("in a frame", () => {
  async function framed(allowed, steps) {
    const place = await framingPortal({ allowed, hash: "#topology=single&v=1&theme=dark" });
    const { context, page, seen } = await openPage(browser, place.url);
    try {
      const inside = page.frameLocator("iframe");
      await inside.getByRole("region", { name: "Code", exact: true }).waitFor();
      await steps({ page, seen, inside, frame: place.frame });
    } finally {
      await context.close();
      place.release();
    }
  }

  async function openInside(page, inside) {
    const [dialog] = await Promise.all([page.waitForEvent("filechooser"), inside.locator("button").filter({ hasText: /^Choose files$/ }).click()]);
    await dialog.setFiles(p12);
    await passwordOf(inside, p12).fill(password);
    await page.keyboard.press("Enter");
    await inside.locator("p.name:not(.refusal)").waitFor();
  }

  test("a portal that allows neither workers nor Trusted Types gets the public facts", () =>
    framed(true, async ({ page, seen, inside }) => {
      await page.waitForFunction(() => globalThis.heard.some(([type]) => type === "certuri-ready"));
      await inside.getByRole("region", { name: "Code", exact: true }).filter({ hasText: "db1.example.net" }).waitFor();
      assert.match(await inside.getByRole("region", { name: "Code", exact: true }).innerText(), /new MongoClient/, "its attribute counts");
      await openInside(page, inside);
      await page.waitForFunction(() => globalThis.heard.some(([type, detail]) => type === "certuri-username" && detail.username));
      const heard = await page.evaluate(() => globalThis.heard);
      assert.equal(heard.findLast(([type]) => type === "certuri-username")[1].username, rfc2253Subject(alice.certificate));
      assert.equal(await page.evaluate(() => document.querySelector("x509-connect-frame").username), rfc2253Subject(alice.certificate));
      assert.equal(await inside.locator("x509-connect").getAttribute("theme"), "dark", "its address counts, and what it does not know does no harm");
      assert.deepEqual([...new Set(heard.filter(([type]) => type === "raw").flatMap(([, , data]) => Object.keys(data)))].sort(), ["certuri", "height", "notAfter", "target", "type", "username", "version"]);
      const heights = await page.evaluate(() => {
        const frame = document.querySelector("x509-connect-frame").shadowRoot.querySelector("iframe");
        return [frame.clientHeight, globalThis.heard.findLast(([type, , data]) => type === "raw" && data.type === "height")[2].height];
      });
      assert.equal(heights[0], heights[1], "the frame is as high as what is in it");
      // The first heading is the portal's.
      await assertAccessible(page.frames().at(-1), "in a frame", { rules: { "page-has-heading-one": { enabled: false } } });
      assertClean(seen);
    }));

  test("a page that is not named hears nothing and sets nothing", () =>
    framed(false, async ({ page, inside }) => {
      await openInside(page, inside);
      await page.waitForTimeout(300);
      assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
      assert.ok(!(await inside.getByRole("region", { name: "Code", exact: true }).innerText()).includes("db1.example.net"));
    }));

  test("a message with what is not offered is refused, from inside the frame nothing else is heard", () =>
    framed(true, async ({ page, frame }) => {
      await page.waitForFunction(() => globalThis.heard.some(([type]) => type === "certuri-ready"));
      const why = await page.evaluate(async (origin) => {
        const { contentWindow } = document.querySelector("x509-connect-frame").shadowRoot.querySelector("iframe");
        const say = (message) => contentWindow.postMessage({ certuri: 1, type: "configure", ...message }, origin);
        say({ attributes: { onclick: "alert(1)" } });
        say({ attributes: { target: {} } });
        say({ deployments: [{ name: "a", hosts: 3 }] });
        contentWindow.postMessage({ certuri: 2, type: "configure", attributes: { onclick: "" } }, origin);
        contentWindow.postMessage("configure", origin);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return globalThis.heard.filter(([type]) => type === "certuri-refused").map(([, detail]) => detail.why);
      }, new URL(frame).origin);
      assert.deepEqual(why, ["attributes.onclick: it is not taken", "attributes.target: it is not taken", "deployments[0].hosts: this value is not taken"]);
    }));
});
