// The built artifacts, each opened the way a person gets it: the site from `certuri serve`, the single file from disk,
// the widget in a portal's page.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const certuri = `${root}bin/certuri`;

/** The ways in which certuri ships. Each gives the address to open; release() ends its server. */
export const ships = { site, offline, embed };

async function site() {
  const server = spawn(certuri, ["serve", "--addr", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    });
    server.on("error", reject);
    server.on("exit", (status) => reject(new Error(`certuri serve ended with ${status} and said ${JSON.stringify(said)}`)));
  });
  return { url: `${address}/`, release: () => server.kill("SIGINT") };
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

/** The site behind a server that knows no better than to call every .wasm, and all else it does not know, bytes. */
export async function siteWithoutTypes() {
  const [, all] = (await readFile(`${root}dist/site/_headers`, "utf8")).split("\n/*\n");
  const headers = Object.fromEntries(
    all.split("\n\n")[0].split("\n").map((line) => line.trim().split(/: (.*)/s).slice(0, 2)),
  );
  return serveFolder("dist/site", { headers, types: { ".wasm": "application/octet-stream" } });
}

const knownTypes = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

async function serveFolder(folder, { headers, under = "/", pages = {}, types = {} }) {
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    try {
      const path = new URL(request.url, "http://localhost").pathname;
      const name = path.endsWith("/") ? `${path}index.html` : path;
      response.setHeader("Content-Type", { ...knownTypes, ...types }[extname(name)]);
      response.end(pages[path] ?? (await readFile(join(root, folder, name.slice(under.length)))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, release };
}
