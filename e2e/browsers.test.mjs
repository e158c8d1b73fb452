// The core journey in the other two engines, Firefox and WebKitGTK: on the site, from the offline file, in the widget on a
// hostile page, and in a frame. A .p12 and its password become the user name and a call that can be pasted.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { certuri, portalPolicy, ships, witnessed } from "./artifacts.mjs";
import { assertTabAccessible } from "./browser.mjs";
import { Authority, rfc2253Subject } from "./certificates.mjs";
import { assertTabKeptNothing, inEngines } from "./engines.mjs";
import { person, waitFor } from "./person.mjs";
import { framingPortal, portal, portalPage, reset, tampered } from "./portals.mjs";

const password = 'correct horse; "batery" $taple é';
const secrets = ["alice", "Example", password];
let authority, alice, p12, expired;

before(() => {
  authority = new Authority();
  alice = authority.client("alice", "/C=US/O=Example, Inc/OU=Data/CN=alice");
  p12 = authority.pkcs12("alice", alice, password, "AES-256");
  expired = authority.expired("expired", "/CN=expired").certificate;
});
after(() => authority?.remove());

/** What a tab tells, but for the icon that the browser looks for by itself and the portal's policy refuses. */
const problemsOf = async (tab) => (await tab.problems()).filter((text) => !text.includes("/favicon.ico"));

/** Counts what was asked for until now; asked again, what came since. */
function requestsOf(...lists) {
  const before = lists.map((list) => list.length);
  return () => lists.flatMap((list, i) => list.slice(before[i])).filter((request) => !request.endsWith("/favicon.ico"));
}

inEngines(["Firefox", "WebKitGTK"], (inTab, name) => {
  for (const ship of ["site", "offline"]) {
    test(`${ship}: from a .p12 to a call on the clipboard`, inTab(async (tab) => {
      const place = await (ship === "site" ? witnessed(ships.site, tab.witness) : ships.offline());
      try {
        await tab.goto(place.url);
        const { click, choose, drop, pasted, ready, textIs, type, unlock, userName } = person(tab);
        await ready();
        const loaded = place.requests ?? [];
        assert.equal(new Set(loaded).size, loaded.length, `asked for more than once: ${loaded}`);
        const since = requestsOf(loaded, tab.requests());

        await (ship === "site" ? drop(p12) : choose(p12));
        await unlock(p12, password);
        assert.equal(await userName(), rfc2253Subject(alice.certificate));

        await click("[role=combobox]", "Client");
        await click("[role=option]", "Node.js driver");
        await type("input", "Host", "db.example.net:27017");
        await textIs("section pre", "db.example.net:27017");
        await click("button[aria-label]", "Copy: Code");
        await person(tab).element("button", "Copied");
        const flags = ["--password-env", "PASSWORD", "--host", "db.example.net:27017", "--target", "node", "--style", "constructor"];
        const call = execFileSync(certuri, ["snippet", p12, ...flags], { encoding: "utf8", env: { ...process.env, PASSWORD: password }, stdio: ["ignore", "pipe", "ignore"] });
        assert.match(call, /new MongoClient\(/);
        assert.equal((await pasted()).trimEnd(), call.trimEnd());

        assert.deepEqual(since(), [], "requests after loading");
        assert.deepEqual(await tab.problems(), []);
        await assertTabKeptNothing(tab, secrets);
      } finally {
        place.release();
      }
    }));
  }

  if (name === "Firefox") {
    test("axe has nothing to object to: empty, locked, open and expired, light and dark", inTab(async (tab) => {
      const place = await ships.site();
      const asked = async (state) => {
        for (const theme of ["light", "dark"]) {
          await tab.run((theme) => void (document.documentElement.dataset.theme = theme), theme);
          await assertTabAccessible(tab, `${state}, ${theme}`);
        }
      };
      try {
        await tab.goto(place.url);
        const { choose, click, element, ready, unlock, userName } = person(tab);
        await ready();
        await asked("empty");
        await choose(p12);
        await element("input[type=password]", "Password of");
        await asked("locked");
        await unlock(p12, password);
        await userName();
        await asked("open");
        await click("button", "Clear all");
        await choose(expired);
        await element("*", "expired ");
        await asked("expired");
        assert.deepEqual(await tab.problems(), []);
      } finally {
        await place.release();
      }
    }));
  }

  /** What the page's own listeners heard, as lines. */
  const spy = `globalThis.heard = [];
    for (const type of ["certuri-username", "input", "change", "click", "keydown", "submit", "paste", "copy"]) {
      document.addEventListener(type, (event) => heard.push(type + " " + JSON.stringify(event.detail ?? null)));
    }`;
  const heardBy = async (tab) => (await tab.run(() => globalThis.heard.join("\n"))).split("\n");

  for (const [page, script, kept] of [
    ["with a strict policy", ""],
    ["that changes everyone's prototypes and styles", tampered, { windowName: "window" }],
  ]) {
    test(`widget, on a page ${page}: the name, the call, the public facts`, inTab(async (tab) => {
      const head = `<script src="/first.js"></script>${script && '<link rel="stylesheet" href="/reset.css">'}`;
      const pages = { "/": portalPage('<x509-connect target="node"></x509-connect>', head), "/first.js": `${tab.witness ?? ""};${spy};${script}`, "/reset.css": reset };
      const place = await portal(pages, portalPolicy.replace("style-src 'none'", "style-src 'self'"));
      try {
        await tab.goto(place.url);
        const { choose, ready, textIs, type, unlock, userName } = person(tab);
        await ready();
        const widget = place.requests.filter((request) => request.includes("/embed/")).sort();
        assert.deepEqual(widget, ["certuri.wasm", "embed.js", "worker.js"].map((name) => `GET /embed/${name}`));
        const since = requestsOf(place.requests, tab.requests());

        await choose(p12);
        await unlock(p12, password);
        assert.equal(await userName(), rfc2253Subject(alice.certificate));
        await type("input", "Host", "db.example.net");
        await textIs("section pre", "db.example.net");
        await textIs("section pre", "new MongoClient(");

        const heard = await heardBy(tab);
        const { username, notAfter, target, ...rest } = JSON.parse(heard.findLast((line) => line.startsWith("certuri-username ")).replace(/^\S+ /, ""));
        assert.deepEqual([username, target, rest], [rfc2253Subject(alice.certificate), "node", {}]);
        assert.ok(Date.parse(notAfter) > Date.now());
        assert.ok(!heard.some((line) => line.includes("horse") || line.includes("BEGIN")), `heard: ${heard}`);

        assert.deepEqual(since(), [], "requests after loading");
        assert.deepEqual(await problemsOf(tab), []);
        await assertTabKeptNothing(tab, secrets, kept);
      } finally {
        place.release();
      }
    }));
  }

  test("frame, in a portal that allows neither workers nor Trusted Types: the name, the call, the public facts", inTab(async (tab) => {
    const place = await framingPortal({ script: tab.witness, hash: "#topology=single" });
    try {
      await tab.goto(place.url);
      const frame = await waitFor("frame", () => tab.element(() => document.querySelector("x509-connect-frame")?.shadowRoot?.querySelector("iframe")));
      await tab.enter(frame);
      const { choose, ready, textIs, unlock, userName } = person(tab);
      await ready();
      await textIs("section pre", "db1.example.net");
      const since = requestsOf(...place.requests, tab.requests());

      await choose(p12);
      await unlock(p12, password);
      assert.equal(await userName(), rfc2253Subject(alice.certificate));
      await textIs("section pre", "new MongoClient(");
      const problemsInside = await problemsOf(tab);
      await assertTabKeptNothing(tab, secrets);

      await tab.leave();
      const heard = await waitFor("event with the name", () => tab.run(() => {
        const said = globalThis.heard.findLast(([type]) => type === "certuri-username");
        return said?.[1].username ? { said: said[1], types: [...new Set(globalThis.heard.map(([type]) => type))].sort() } : null;
      }));
      const { username, notAfter, target, ...rest } = heard.said;
      assert.deepEqual([username, target, rest], [rfc2253Subject(alice.certificate), "node", {}]);
      assert.ok(Date.parse(notAfter) > Date.now());
      assert.deepEqual(heard.types, ["certuri-ready", "certuri-username", "raw"]);
      const why = await tab.run(async (origin) => {
        const { contentWindow } = document.querySelector("x509-connect-frame").shadowRoot.querySelector("iframe");
        contentWindow.postMessage({ certuri: 1, type: "configure", attributes: { onclick: "alert(1)" } }, origin);
        await new Promise((resolve) => document.addEventListener("certuri-refused", resolve, { once: true }));
        return globalThis.heard.findLast(([type]) => type === "certuri-refused")[1].why;
      }, new URL(place.frame).origin);
      assert.equal(why, "attributes.onclick: it is not taken");
      await waitFor("frame as high as what is in it", () => tab.run(() => {
        const height = globalThis.heard.findLast(([type, , data]) => type === "raw" && data.type === "height")[2].height;
        return document.querySelector("x509-connect-frame").shadowRoot.querySelector("iframe").clientHeight === height;
      }));

      assert.deepEqual(since(), [], "requests after loading");
      assert.deepEqual([...new Set([...problemsInside, ...(await problemsOf(tab))])], []);
      await assertTabKeptNothing(tab, secrets);
    } finally {
      place.release();
    }
  }));
});
