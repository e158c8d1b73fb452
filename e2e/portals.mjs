// Portals: other people's pages around the widget, and what they do to it.
import { readFileSync } from "node:fs";
import { portalPolicy, root, serveFolder } from "./artifacts.mjs";

/** A portal: its pages, the widget's folder under /embed/, and its policy. */
export const portal = (pages, policy = portalPolicy) =>
  serveFolder("dist/embed", { headers: { "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" }, under: "/embed/", pages });

export const portalPage = (body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A portal's page</title>${head}
   <script type="module" src="/embed/embed.js"></script></head><body><h1>Portal</h1>${body}</body></html>`;

/** A script that changes everyone's prototypes. */
export const tampered = `
  Object.prototype.everywhere = "here";
  Array.prototype.toJSON = function () { return "tampered"; };
  Array.prototype.last = function () { return this[this.length - 1]; };
  String.prototype.toJSON = function () { return "tampered"; };
  Element.prototype.update = function () { throw new Error("tampered"); };
  globalThis.certuri = "taken";
  globalThis.name = "window";
  document.getElementById = () => null;`;

/** A style sheet that resets and overrides everything. */
export const reset = `:not(html) { all: unset; } :not(html), ::before, ::after { letter-spacing: 9px; line-height: 3; text-transform: uppercase; font: italic 30px serif; color: red;
  text-align: right; word-spacing: 1em; visibility: visible; white-space: pre; text-indent: 3em; direction: rtl; cursor: none; list-style: square; }
  button, input, .step, .connect, pre, p, h2 { display: none !important; color: red !important; }`;

// No worker, no WebAssembly, no Trusted Types policy: nothing but its own script and the one frame.
const strict = (frame) => `default-src 'none'; script-src 'self'; frame-src ${frame}; style-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
const host = (src, head) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Portal</title>${head}<script type="module" src="/embed/frame.js"></script>
  <script type="module" src="/host.js"></script></head><body><h1>Portal</h1><x509-connect-frame src="${src}" target="node"></x509-connect-frame></body></html>`;
const hostScript = `globalThis.heard = [];
  for (const type of ["certuri-ready", "certuri-username", "certuri-refused"]) document.addEventListener(type, ({ type, detail }) => heard.push([type, detail]));
  document.querySelector("x509-connect-frame").deployments = [{ name: "Orders", hosts: "db1.example.net" }];
  addEventListener("message", ({ data, origin }) => heard.push(["raw", origin, data]));`;

/**
 * A portal that allows neither workers nor Trusted Types, and the page for frames on an origin of its own.
 *
 * @param {{ allowed?: boolean, hash?: string, script?: string }} [options] allowed: whether the frame's page names the portal;
 *   hash: of the frame's address; script: what both pages run before all else
 */
export async function framingPortal({ allowed = true, hash = "", script } = {}) {
  const head = script ? '<script src="/witness.js"></script>' : "";
  // The portal's address is needed in the frame's page, and the frame's in the portal's.
  const [pages, headers] = [{ "/host.js": hostScript, "/witness.js": script }, {}];
  const around = await serveFolder("dist/embed", { headers, under: "/embed/", pages });
  const named = allowed ? new URL(around.url).origin : "https://portal.example.com";
  const inside = readFileSync(`${root}dist/embed/iframe.html`, "utf8").replace('portals" content=""', `portals" content="${named}"`).replace("<title>", `${head}$&`);
  const frame = await serveFolder("dist/embed", { headers: {}, pages: { "/iframe.html": inside, "/witness.js": script } });
  pages["/"] = host(`${frame.url}iframe.html${hash}`, head);
  headers["Content-Security-Policy"] = strict(new URL(frame.url).origin);
  const release = () => {
    around.release();
    frame.release();
  };
  return { url: around.url, frame: frame.url, requests: [around.requests, frame.requests], release };
}
