// What portals of all kinds rely on: the import on a server, types for JSX, and errors that tell the page's owner what to do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { portalPolicy, root, serveFolder } from "./artifacts.mjs";
import { assertClean, launch, openPage } from "./browser.mjs";
import { code } from "./page.mjs";

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

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
      export const frame = <x509-connect-frame src="https://certuri.example.com/embed/iframe.html" />;
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
