// The recipes of docs/embedding.md followed to the letter, and what portals of all kinds rely on: the import on a server, types
// for JSX, other words, frames in a sandbox, and errors that tell the page's owner what to do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { portalPolicy, root, serveFolder } from "./artifacts.mjs";
import { assertAccessible, assertClean, launch, openPage } from "./browser.mjs";
import { Authority, rfc2253Subject } from "./certificates.mjs";
import { choose, code, passwordOf, ready, unlock, userName } from "./page.mjs";

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

async function openAlice(within) {
  await choose(within, p12);
  await unlock(within, p12, password);
  await userName(within).waitFor();
  assert.equal(await userName(within).textContent(), rfc2253Subject(alice.certificate));
}

/** A page of a portal with the widget's folder under /embed/. */
const portal = (body, { script = "/embed/embed.js", policy = portalPolicy, lang = "en", scripts = {} } = {}) =>
  serveFolder("dist/embed", {
    headers: { "Content-Security-Policy": policy },
    under: "/embed/",
    pages: { ...scripts, "/": `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Portal</title></head><body><main><h1>Portal</h1>${body}</main><script type="module" src="${script}"></script></body></html>` },
  });

async function visit(place, steps) {
  const opened = await openPage(browser, place.url);
  try {
    await steps(opened);
  } finally {
    await opened.context.close();
    await place.release();
  }
}

/** The block of a recipe in docs/embedding.md, as people copy it: the nth in that language under that heading. */
function recipe(heading, language, nth = 0) {
  const [, section] = readFileSync(`${root}docs/embedding.md`, "utf8").split(`### ${heading}\n`);
  const blocks = [...section.split(/\n##+ /)[0].matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, of]) => of === language);
  assert.ok(blocks[nth], `${heading}: block ${nth} in ${language}`);
  return blocks[nth][2];
}

const mkdocs = `${root}e2e/.venv/bin/mkdocs`;
const skip = existsSync(mkdocs) || process.env.CI ? false : "there is no MkDocs here: make mkdocs";

describe("MkDocs", { skip }, () => {
  const types = { ".json": "application/json", ".map": "application/json", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".xml": "application/xml" };
  let folder, place;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "certuri-mkdocs-"));
    place = await serveFolder(join(folder, "site"), { headers: {}, under: "/docs/", types });
    mkdirSync(join(folder, "docs/certuri"), { recursive: true });
    for (const file of ["embed.js", "worker.js", "certuri.wasm"]) cpSync(`${root}dist/embed/${file}`, join(folder, "docs/certuri", file));
    writeFileSync(join(folder, "docs/index.md"), "# Home\n\n[Connect](guides/connect.md), [Orders](orders.md)\n");
    mkdirSync(join(folder, "docs/guides"));
    writeFileSync(join(folder, "docs/guides/connect.md"), `# Connect\n\n${recipe("MkDocs", "html", 0)}\n[Home](../index.md)\n`);
    writeFileSync(join(folder, "docs/orders.md"), `# Orders\n\n${recipe("MkDocs", "html", 1)}\n`);
  });
  after(() => {
    place?.release();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Builds the site anew; `theme` are lines of mkdocs.yml. Warnings are errors. */
  function build(theme) {
    writeFileSync(join(folder, "mkdocs.yml"), `site_name: Portal\nsite_url: ${place.url}docs/\n${recipe("MkDocs", "yaml")}${theme}`);
    execFileSync(mkdocs, ["build", "--quiet", "--strict"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_MKDOCS_2_WARNING: "1" } });
  }

  async function open(path, steps) {
    const opened = await openPage(browser, `${place.url}docs/${path}`);
    try {
      await steps(opened);
    } finally {
      await opened.context.close();
    }
  }

  test("its own theme: the recipe opens a certificate, and a block of deployments counts", async () => {
    build("theme:\n  name: mkdocs\n  highlightjs: false\n");
    // Its search logs how far it is.
    const assertQuiet = ({ problems }) => assert.deepEqual(problems.filter((problem) => !/^console log: .*(Lunr|search)/.test(problem)), []);
    await open("guides/connect/", async ({ page, seen }) => {
      await ready(page);
      await openAlice(page);
      assert.match(await code(page).innerText(), /pymongo\.MongoClient/);
      assertQuiet(seen);
    });
    await open("orders/", async ({ page, seen }) => {
      await code(page).filter({ hasText: "db1.example.net:27017,db2.example.net:27017" }).waitFor();
      assertQuiet(seen);
    });
  });

  test("Material: the palette is followed, and pages that are changed without loading", async () => {
    build("theme:\n  name: material\n  font: false\n  features: [navigation.instant]\n  palette:\n    - scheme: default\n      toggle: { icon: material/weather-night, name: dark }\n    - scheme: slate\n      toggle: { icon: material/weather-sunny, name: light }\n");
    await open("", async ({ page, seen }) => {
      await page.evaluate(() => (globalThis.loadedOnce = true));
      // Until it knows the pages of the site, links load.
      await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.endsWith("sitemap.xml") && responseEnd > 0));
      await page.waitForTimeout(300);
      const card = () => page.evaluate(() => getComputedStyle(document.querySelector("x509-connect").shadowRoot.querySelector(".step")).backgroundColor);
      for (const visit of ["first", "second"]) {
        await page.locator("article").getByRole("link", { name: "Connect" }).click();
        await ready(page);
        await openAlice(page);
        assert.equal(await page.evaluate(() => globalThis.loadedOnce), true, `${visit} visit: the page was not loaded again`);
        await page.locator("article").getByRole("link", { name: "Home" }).click();
        await page.getByRole("heading", { name: "Home" }).waitFor();
      }
      await page.locator("article").getByRole("link", { name: "Connect" }).click();
      await ready(page);
      const light = await card();
      await page.locator("label[title=dark]").click();
      const dark = await card();
      await page.locator("label[title=light]").click();
      assert.deepEqual([light, dark, await card()], ["rgb(255, 255, 255)", "rgb(24, 25, 29)", "rgb(255, 255, 255)"]);
      assertClean(seen);
    });
  });
});

describe("the package", () => {
  test("can be imported where there is no page: Next.js, Docusaurus and VitePress render on a server", () => {
    const script = `import { X509Connect } from "${root}dist/embed/embed.js"; import { X509ConnectFrame } from "${root}dist/embed/frame.js";
      X509Connect.define("my-connect"); console.log(typeof X509Connect, typeof X509ConnectFrame);`;
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
    assert.equal(said.trim(), "function function");
  });

  test("has JSX types for React", () => {
    // As much of @types/react as versions 18 and 19 have in common; with the real ones it was tried by hand.
    const react = `declare namespace React {
        interface RefObject<T> { current: T | null }
        interface HTMLAttributes<T> { id?: string; className?: string; style?: { [name: string]: string | number } }
        type DetailedHTMLProps<E, T> = E & { ref?: RefObject<T> | null; key?: string };
        namespace JSX { interface Element {} interface IntrinsicElements { p: HTMLAttributes<HTMLParagraphElement> } }
      }
      export = React;`;
    const page = `import "certuri/react";
      import type { X509Connect } from "certuri";
      import type { RefObject } from "react";
      declare const ref: RefObject<X509Connect>;
      export const page = <x509-connect ref={ref} target="node" hide="message" id="a" deployments={JSON.stringify([{ name: "a" }])} oncerturi-username={({ detail }) => { const name: string | null = detail.username; return name; }} />;
      export const frame = <x509-connect-frame src="https://certuri.example.com/embed/iframe.html" texts={{ lang: "de", steps: { use: "Los" } }} />;
      // @ts-expect-error: an attribute that there is not
      export const wrong = <x509-connect targt="node" />;
      // @ts-expect-error: a frame of nothing
      export const empty = <x509-connect-frame />;`;
    const files = {
      "page.tsx": page,
      "node_modules/react/package.json": '{ "name": "react", "version": "0.0.0", "types": "index.d.ts" }',
      "node_modules/react/index.d.ts": react,
      "node_modules/react/jsx-runtime.d.ts": 'import * as React from "./";\nexport namespace JSX { interface Element extends React.JSX.Element {} interface IntrinsicElements extends React.JSX.IntrinsicElements {} }',
      "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, noEmit: true, jsx: "react-jsx", target: "es2022", module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] }, files: ["page.tsx"] }),
    };
    const app = mkdtempSync(join(tmpdir(), "certuri-jsx-"));
    try {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(app, name)), { recursive: true });
        writeFileSync(join(app, name), text);
      }
      cpSync(`${root}dist/embed`, join(app, "node_modules/certuri"), { recursive: true, filter: (path) => !path.endsWith(".wasm") });
      execFileSync(`${root}e2e/node_modules/.bin/tsc`, ["-p", app], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      assert.fail(error.stdout || error);
    } finally {
      rmSync(app, { recursive: true, force: true });
    }
  });

  test("a setting that was made before the script loaded counts, and another name works", async () => {
    const body = '<x509-connect></x509-connect><my-connect target="go"></my-connect><script src="/early.js"></script>';
    const scripts = {
      "/early.js": 'document.querySelector("x509-connect").deployments = [{ name: "Orders", hosts: "db1.example.net" }];',
      "/late.js": 'import { X509Connect } from "/embed/embed.js"; X509Connect.define("my-connect");',
    };
    await visit(await portal(body, { script: "/late.js", scripts }), async ({ page, seen }) => {
      await code(page).filter({ hasText: "db1.example.net" }).waitFor();
      await code(page).filter({ hasText: "mongo.Connect" }).waitFor();
      const same = await page.evaluate(async () => {
        const { X509Connect } = await import("/embed/embed.js");
        return ["x509-connect", "my-connect"].map((tag) => document.querySelector(tag) instanceof X509Connect);
      });
      assert.deepEqual(same, [true, true]);
      assertClean(seen);
    });
  });
});

describe("other words", () => {
  const german = {
    lang: "de",
    steps: { certificate: "Ihr Zertifikat", use: "Verwenden" },
    drop: { choose: "Dateien wählen" },
    file: { password: "Passwort von {1}", unlock: "Entsperren", cleared: { one: "{1} Datei entfernt.", other: "{1} Dateien entfernt." }, rounds: "{1} Runden, {2} Sekunden" },
    validity: { within: { one: "noch {1} Tag", other: "noch {1} Tage" } },
  };
  const block = (words) => `<x509-connect><script type="application/json" data-texts>${JSON.stringify(words)}</script></x509-connect>`;

  async function openInGerman(page) {
    const [dialog] = await Promise.all([page.waitForEvent("filechooser"), page.locator("button").filter({ hasText: "Dateien wählen" }).click()]);
    await dialog.setFiles(p12);
    await page.getByRole("textbox", { name: "Passwort von alice.p12" }).fill(password);
    await page.getByRole("button", { name: "Entsperren" }).click();
    await userName(page).waitFor();
  }

  test("a block inside gives them, with plural forms, and numbers and dates of that language", async () => {
    await visit(await portal(block(german), { lang: "de" }), async ({ page, seen }) => {
      await page.getByRole("heading", { name: "Ihr Zertifikat" }).waitFor();
      await openInGerman(page);
      assert.match(await page.locator(".days").innerText(), /^noch 36[45] Tage$/);
      assert.match(await page.locator(".ends time").first().innerText(), /^\d{2}\.\d{2}\.\d{4}$/);
      assert.equal(await page.locator(".connect").getAttribute("lang"), "de");
      await page.getByRole("heading", { name: "Your deployment" }).waitFor(); // what has no other words stays English
      await page.getByRole("button", { name: "Clear all" }).click();
      await page.getByText("1 Datei entfernt.").first().waitFor();
      await assertAccessible(page, "in German");
      assertClean(seen);
    });
  });

  test("the property changes them later, with functions too; what was opened stays", async () => {
    await visit(await portal('<x509-connect id="a"></x509-connect>'), async ({ page, seen }) => {
      await ready(page);
      await openAlice(page);
      await page.evaluate((words) => {
        words.validity.within = (days) => `${days} Sonnenaufgänge`;
        document.querySelector("#a").texts = words;
      }, german);
      await page.getByRole("heading", { name: "Ihr Zertifikat" }).waitFor();
      assert.equal(await userName(page).textContent(), rfc2253Subject(alice.certificate));
      assert.match(await page.locator(".days").innerText(), /^36[45] Sonnenaufgänge$/);
      // Once more, from the words in force.
      await page.evaluate(() => (document.querySelector("#a").texts = { lang: "de", validity: { within: "{1} d" } }));
      await page.locator(".days").filter({ hasText: /^36[45] d$/ }).waitFor();
      assertClean(seen);
    });
  });

  test("a mistake is named, on the page for a block and as a TypeError for the property, and changes nothing", async () => {
    await visit(await portal(block({ lang: "de", steps: { certificate: "Ihr Zertifikat", deploy: "Betrieb" } })), async ({ page }) => {
      await page.getByText("texts.steps.deploy: there is no such text; there are certificate, deployment, use").first().waitFor();
      await page.getByRole("heading", { name: "Your certificate" }).waitFor();
      const refused = await page.evaluate((all) => all.map((words) => {
        try {
          document.querySelector("x509-connect").texts = words;
          return "taken";
        } catch (error) {
          return `${error.name}: ${error.message}`;
        }
      }), [
        { steps: "Schritte" }, { steps: { use: 1 } }, { lang: "deutsch!" }, { file: { password: "Passwort" } }, { file: { password: "{2}" } },
        { lang: "de", validity: { within: { few: "{1} Tage", other: "{1} Tage" } } }, { lang: "de", validity: { within: { one: "ein Tag" } } }, { __proto__: null, constructor: "x" }, "{",
      ]);
      assert.deepEqual(refused.map((said) => said.replace(/(JSON).*/, "$1")), [
        "TypeError: texts.steps: an object is wanted, with some of certificate, deployment, use",
        "TypeError: texts.steps.use: a text is wanted",
        'TypeError: texts.lang: this is no language tag; an example is "de" or "pt-BR"',
        "taken",
        "TypeError: texts.file.password: {2} stands for nothing; there is {1}",
        "TypeError: texts.validity.within.few: this language has the plural forms one, other",
        "TypeError: texts.validity.within.other: it is missing",
        refused[7].startsWith("TypeError: texts.constructor: there is no such text; there are lang, steps,") ? refused[7] : "refused",
        refused[8].startsWith("TypeError: texts: ") ? refused[8].replace(/(JSON).*/, "$1") : "refused",
      ]);
    });
  });

  test("the frame is given them by a message", async () => {
    const scripts = { "/words.js": `document.querySelector("x509-connect-frame").texts = ${JSON.stringify(german)};` };
    const body = '<x509-connect-frame src="/embed/iframe.html"></x509-connect-frame><script src="/words.js"></script>';
    await visit(await portal(body, { script: "/embed/frame.js", scripts, policy: `${portalPolicy}; frame-src 'self'` }), async ({ page, seen }) => {
      await page.frameLocator("iframe").getByRole("heading", { name: "Ihr Zertifikat" }).waitFor();
      const why = page.evaluate(() => new Promise((resolve) => {
        const frame = document.querySelector("x509-connect-frame");
        frame.addEventListener("certuri-refused", ({ detail }) => resolve(detail.why));
        frame.texts = { steps: { deploy: "Betrieb" } };
      }));
      assert.match(await why, /^texts\.steps\.deploy: there is no such text/);
      assertClean(seen);
    });
  });
});

describe("what stops the widget", () => {
  const why = async (place, wanted) =>
    visit(place, async ({ page }) => {
      const said = page.locator(".problem").filter({ visible: true });
      await said.waitFor();
      const text = await said.innerText();
      assert.match(text, wanted);
      assert.match(text, /tell whoever runs this page: .* own origin .* Content-Security-Policy .* in a frame/);
    });

  test("its files on another origin", async () => {
    const cdn = await serveFolder("dist/embed", { headers: { "Access-Control-Allow-Origin": "*" } });
    const { origin } = new URL(cdn.url);
    try {
      await why(await portal("<x509-connect></x509-connect>", { script: `${cdn.url}embed.js`, policy: `script-src ${origin}; worker-src *` }), new RegExp(`a worker from ${origin} may not start in a page of http://127`));
    } finally {
      cdn.release();
    }
  });

  for (const [what, from, to, wanted] of [
    ["a policy against its worker", "worker-src 'self'", "worker-src 'none'", /the worker could not be loaded\. /],
    ["a policy against its Trusted Types", "trusted-types x509-worker", "trusted-types other", /"x509-worker" disallowed\. /],
    ["a policy against WebAssembly", " 'wasm-unsafe-eval'", "", /WebAssembly/],
  ]) {
    test(what, async () => why(await portal("<x509-connect></x509-connect>", { policy: portalPolicy.replace(from, to) }), wanted));
  }
});

describe("a frame in a wiki, which allows no scripts", () => {
  /** The wiki's page with the frame, and the frame's server, which lets only that wiki frame it. */
  async function framed(attributes, steps, { allowed = true } = {}) {
    const pages = {};
    const wiki = await serveFolder("dist/embed", { headers: { "Content-Security-Policy": "default-src 'none'; frame-src *" }, under: "/none/", pages });
    const ancestors = allowed ? new URL(wiki.url).origin : "https://wiki.example.com";
    const host = await serveFolder("dist/embed", { headers: { "Content-Security-Policy": `frame-ancestors ${ancestors}` } });
    pages["/"] = `<!doctype html><html lang="en"><head><title>Wiki</title></head><body><h1>Wiki</h1><iframe title="certuri" width="100%" height="900" ${attributes}
      src="${host.url}iframe.html#target=java-sync&topology=replicaSet&hide=message"></iframe></body></html>`;
    const { context, page, seen } = await openPage(browser, wiki.url);
    try {
      await steps(page, page.frameLocator("iframe"), seen);
    } finally {
      await context.close();
      await Promise.all([wiki.release(), host.release()]);
    }
  }

  async function openInside(page, inside) {
    const [dialog] = await Promise.all([page.waitForEvent("filechooser"), inside.locator("button").filter({ hasText: /^Choose files$/ }).click()]);
    await dialog.setFiles(p12);
    await passwordOf(inside, p12).fill(password);
    await page.keyboard.press("Enter");
    await userName(inside).waitFor();
    assert.equal(await userName(inside).textContent(), rfc2253Subject(alice.certificate));
  }

  for (const [macro, attributes] of [
    ["a plain one", 'frameborder="0" scrolling="auto"'],
    ["one in a sandbox", 'sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"'],
  ]) {
    test(`${macro} opens a certificate, and saves`, () =>
      framed(attributes, async (page, inside, seen) => {
        await openInside(page, inside);
        assert.match(await inside.getByRole("region", { name: "Code", exact: true }).innerText(), /MongoClient/);
        const save = inside.getByRole("button", { name: /^Save / }).first();
        await inside.getByLabel(/^New password of the saved key/).first().fill("another one");
        const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
        assert.match(download.suggestedFilename(), /\.(p12|jks)$/);
        // Nothing gives it the clipboard's API (allow="clipboard-write"); Copy copies all the same.
        await inside.getByRole("button", { name: /^Copy: .*name/ }).first().click();
        await inside.getByText("Copied", { exact: true }).filter({ visible: true }).first().waitFor();
        await page.locator("h1").click();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), rfc2253Subject(alice.certificate));
        assert.deepEqual(seen.problems.filter((problem) => !problem.includes("The Clipboard API has been blocked")), []);
      }));
  }

  test("a wiki that is not named may not frame it", () =>
    framed("", async (page, inside, seen) => {
      await page.waitForTimeout(500);
      assert.equal(await inside.locator("x509-connect").count(), 0);
      assert.ok(seen.problems.some((problem) => problem.includes("frame-ancestors")), JSON.stringify(seen.problems));
    }, { allowed: false }));
});
