// The built artifacts, each opened the way a person gets it: the site from `certuri serve`, the single file from disk,
// the widget in a portal's page.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { start } from "./programs.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const certuri = `${root}bin/certuri`;

/** The ways in which certuri ships. Each gives the address to open; release() ends its server. */
export const ships = { site, offline, embed };

async function site() {
  const server = await start(certuri, ["serve", "--addr", "127.0.0.1:0"], /http:\/\/127\.0\.0\.1:\d+/);
  return { url: `${server.found[0]}/`, release: server.stop };
}

/**
 * A ship behind a server that passes everything on and notes what it was asked for.
 *
 * @param {string} [script] what every page runs before all else
 */
export async function witnessed(open, script) {
  const place = await open();
  const requests = [];
  const server = createServer((request, response) => {
    if (script && request.url === "/witness.js") return response.setHeader("Content-Type", knownTypes[".js"]).end(script);
    requests.push(`${request.method} ${request.url}`);
    const headers = { ...request.headers };
    if (script) delete headers["accept-encoding"];
    const forward = ask(new URL(request.url, place.url), { method: request.method, headers }, async (answer) => {
      const { "content-length": length, ...rest } = answer.headers;
      if (script && answer.headers["content-type"]?.startsWith("text/html")) {
        response.writeHead(answer.statusCode, rest);
        response.end((await text(answer)).replace(/<head>/, '$&<script src="/witness.js"></script>'));
      } else {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      }
    });
    forward.on("error", () => response.destroy());
    request.pipe(forward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = () => {
    server.closeAllConnections();
    server.close();
    place.release();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, release };
}

/**
 * The site on Cloudflare's own runtime.
 *
 * @param {string} [ancestors] FRAME_ANCESTORS, as a deployment sets it
 */
export async function cloudflare(ancestors) {
  const state = await mkdtemp(join(tmpdir(), "certuri-workerd-"));
  const args = ["dev", "--config", `${root}cloudflare/wrangler.jsonc`, "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--persist-to", state];
  if (ancestors) args.push("--var", `FRAME_ANCESTORS:${ancestors}`);
  const quiet = { CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_HIDE_BANNER: "true" };
  const server = await start(`${root}e2e/node_modules/.bin/wrangler`, args, /Ready on (http:\/\/127\.0\.0\.1:\d+)/, { env: { ...process.env, ...quiet } });
  const release = () => server.stop().then(() => rm(state, { recursive: true, force: true }));
  return { url: `${server.found[1]}/`, release };
}

async function offline() {
  return { url: pathToFileURL(`${root}dist/certuri.html`).href, release() {} };
}

/** The policy of a careful portal: its own scripts only, and Trusted Types. */
export const portalPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'none'; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types x509-worker";

const portalPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A portal's page</title><script type="module" src="/embed/embed.js"></script></head>
<body><header><h1>A portal's page</h1></header><main><x509-connect></x509-connect></main></body>
</html>`;

async function embed() {
  return serveFolder("dist/embed", {
    headers: { "Content-Security-Policy": portalPolicy, "X-Content-Type-Options": "nosniff" },
    under: "/embed/",
    pages: { "/": portalPage },
  });
}

/** The rules of the site's _headers: which paths get which headers. */
export async function headerRules() {
  const rules = [];
  for (const line of (await readFile(`${root}dist/site/_headers`, "utf8")).split("\n")) {
    if (line.startsWith("/")) rules.push({ pattern: line.trim(), headers: {} });
    else if (/^\s+\S/.test(line)) {
      const [name, value] = line.trim().split(/:\s*(.*)/s);
      rules.at(-1).headers[name.toLowerCase()] = value;
    }
  }
  return rules;
}

/** What a path of the site must be answered with. */
export async function siteHeaders(path) {
  const fits = ({ pattern }) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
  return Object.assign({}, ...(await headerRules()).filter(fits).map(({ headers }) => headers));
}

/** The site behind a server that knows no better than to call every .wasm, and all else it does not know, bytes. */
export async function siteWithoutTypes() {
  return serveFolder("dist/site", { headers: await siteHeaders("/other"), types: { ".wasm": "application/octet-stream" } });
}

export const knownTypes = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A folder, of the project or anywhere, as a web server has it; pages come before files. */
export async function serveFolder(folder, { headers, under = "/", pages = {}, types = {} }) {
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    try {
      const path = new URL(request.url, "http://localhost").pathname;
      const name = path.endsWith("/") ? `${path}index.html` : path;
      response.setHeader("Content-Type", { ...knownTypes, ...types }[extname(name)]);
      response.end(pages[path] ?? (await readFile(join(resolve(root, folder), name.slice(under.length)))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, release };
}
