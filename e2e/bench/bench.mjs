// `make bench`: the figures of docs/performance.md. Everything is taken in one run on one machine, and what is compared
// is compared as a ratio: absolute times say more about the machine than about the program.
//
//   node bench/bench.mjs [--write ../docs/performance.md]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { root, ships } from "../artifacts.mjs";
import { launch } from "../browser.mjs";

const password = "correct horse";
const folder = mkdtempSync(join(tmpdir(), "certuri-bench-"));
const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
/** Best wall time of `times` runs of a command, in milliseconds. */
const timed = (times, run) => {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const began = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - began) / 1e6);
  }
  return best;
};

function makeFiles() {
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-subj", "/C=US/O=Example/CN=bench");
  for (const rounds of [2048, 10_000, 100_000, 600_000]) {
    openssl("pkcs12", "-export", "-in", "cert.pem", "-inkey", "key.pem", "-out", `${rounds}.p12`, "-iter", `${rounds}`, "-macalg", "sha256",
      "-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-passout", `pass:${password}`);
  }
  openssl("pkcs8", "-topk8", "-in", "key.pem", "-out", "600000.key", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "600000", "-passout", `pass:${password}`);
  // Distinct certificates: only the serial number differs, which is enough to be told apart.
  const der = openssl("x509", "-in", "cert.pem", "-outform", "DER");
  const at = der.indexOf(Buffer.from([0x02, 0x14])) + 2; // the serial number: openssl draws 20 bytes
  for (const count of [1_000, 10_000]) {
    const blocks = [];
    for (let i = 0; i < count; i++) {
      der.writeUInt32BE(i, at + 8);
      blocks.push(`-----BEGIN CERTIFICATE-----\n${der.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE-----\n`);
    }
    writeFileSync(join(folder, `${count}.pem`), blocks.join(""));
  }
}

async function serve() {
  const places = { "/modules/": "e2e/node_modules/", "/bench/": "e2e/bench/", "/embed/": "dist/embed/" };
  const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    response.setHeader("Content-Type", types[extname(path)] ?? "application/octet-stream");
    try {
      if (path.startsWith("/files/")) return response.end(readFileSync(join(folder, path.slice(7))));
      for (const [under, place] of Object.entries(places)) {
        if (path.startsWith(under)) return response.end(readFileSync(join(root, place, path.slice(under.length))));
      }
    } catch {}
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const ms = (n) => (n === undefined ? "-" : n < 10 ? n.toFixed(1) : n.toFixed(0));
const ratio = (a, b) => (a === undefined || b === undefined ? "-" : (a / b).toFixed(1));

makeFiles();
const server = await serve();
const browser = await launch();
const lines = [];
const say = (line) => {
  lines.push(line);
  console.log(line);
};
try {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/bench/page.html`);
  await page.waitForFunction(() => globalThis.started);
  const measure = async (program, file, times, expect) => {
    const got = await page.evaluate(([program, url, password, times]) => measure(program, url, password, times), [program, `/files/${file}`, password, times]);
    if (got.refused) {
      console.error(`${program} refuses ${file}: ${got.refused}`);
      return undefined;
    }
    if (got.keys !== expect.keys || got.certificates !== expect.certificates) {
      throw new Error(`${program} found ${JSON.stringify(got)} in ${file}, not ${JSON.stringify(expect)}`);
    }
    return got.best;
  };

  say("| open | certuri, ms | node-forge, ms | PKI.js, ms | openssl, ms | forge / certuri | PKI.js / certuri | certuri / openssl |");
  say("|---|--:|--:|--:|--:|--:|--:|--:|");
  for (const rounds of [2048, 10_000, 100_000, 600_000]) {
    const times = rounds > 50_000 ? 2 : 10;
    const expect = { keys: 1, certificates: 1 };
    const ours = await measure("certuri", `${rounds}.p12`, times, expect);
    const forge = await measure("forge-pkcs12", `${rounds}.p12`, rounds > 50_000 ? 1 : times, expect);
    const pkijs = await measure("pkijs-pkcs12", `${rounds}.p12`, rounds > 50_000 ? 1 : times, expect);
    const cli = timed(3, () => openssl("pkcs12", "-in", `${rounds}.p12`, "-passin", `pass:${password}`, "-nodes"));
    say(`| PKCS#12, AES-256, ${rounds.toLocaleString("en")} rounds | ${ms(ours)} | ${ms(forge)} | ${ms(pkijs)} | ${ms(cli)} | ${ratio(forge, ours)} | ${ratio(pkijs, ours)} | ${ratio(ours, cli)} |`);
  }
  {
    const expect = { keys: 1, certificates: 0 };
    const ours = await measure("certuri", "600000.key", 3, expect);
    const forge = await measure("forge-key", "600000.key", 1, expect);
    const cli = timed(3, () => openssl("pkey", "-in", "600000.key", "-passin", `pass:${password}`));
    say(`| PBES2 key, 600,000 rounds | ${ms(ours)} | ${ms(forge)} | - | ${ms(cli)} | ${ratio(forge, ours)} | - | ${ratio(ours, cli)} |`);
  }
  const perCertificate = {};
  for (const count of [1_000, 10_000]) {
    const expect = { keys: 0, certificates: count };
    const times = 5;
    const ours = await measure("certuri", `${count}.pem`, times, expect);
    perCertificate[count] = ours / count;
    const forge = await measure("forge-certificates", `${count}.pem`, 1, expect);
    const pkijs = await measure("pkijs-certificates", `${count}.pem`, 1, expect);
    say(`| ${count.toLocaleString("en")} certificates in one PEM | ${ms(ours)} | ${ms(forge)} | ${ms(pkijs)} | - | ${ratio(forge, ours)} | ${ratio(pkijs, ours)} | - |`);
  }
  say("");
  say("| measure | value | hold |");
  say("|---|--:|--:|");
  say(`| per certificate, 10,000 against 1,000 in one PEM | ${(perCertificate[10_000] / perCertificate[1_000]).toFixed(2)} | <= 1.1 |`);
  // V8 compiles again, and better, what has run often: the page is measured as it is after some use, and as it is before.
  const snippets = await page.evaluate(() => measureSnippets(50));
  say(`| all ${snippets.count} snippets (targets x styles), ms | ${ms(snippets.best)} | <= 10 |`);
  say(`| the same, the first time, ms | ${ms(snippets.first)} | - |`);
  say(`| one snippet, after a key was pressed, ms | ${ms(snippets.key)} | - |`);
  say(`| the sample opened, ms | ${ms(snippets.sampleOpened)} | - |`);
  say(`| the check of everything (doctor), ms | ${ms(snippets.doctor)} | - |`);

  const { url, release } = await ships.site();
  try {
    let paint = Infinity;
    let ready = Infinity;
    for (let i = 0; i < 5; i++) {
      const context = await browser.newContext();
      const fresh = await context.newPage();
      await fresh.goto(url);
      const { first } = await fresh.evaluate(async () => {
        while (!performance.getEntriesByName("first-contentful-paint").length) await new Promise((r) => setTimeout(r, 5));
        return { first: performance.getEntriesByName("first-contentful-paint")[0].startTime };
      });
      // The first snippet is shown when the engine has answered.
      const shown = await fresh.waitForFunction(() => {
        const text = (node) => [...(node.shadowRoot ?? node).children ?? []].map((c) => (c.shadowRoot ? text(c) : c.textContent + text(c))).join("");
        return text(document.body).includes("MONGODB-X509") ? performance.now() : 0;
      }, undefined, { polling: 5 });
      paint = Math.min(paint, first);
      ready = Math.min(ready, await shown.jsonValue());
      await context.close();
    }
    say(`| first paint of the site, ms | ${ms(paint)} | <= 150 |`);
    say(`| engine ready and first snippet shown, ms | ${ms(ready)} | <= 500 |`);
  } finally {
    release();
  }
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}

const out = process.argv.indexOf("--write");
if (out > 0) {
  const path = process.argv[out + 1];
  const text = readFileSync(path, "utf8");
  const mark = /(<!-- bench -->\n)[\s\S]*?(\n<!-- end of bench -->)/;
  if (!mark.test(text)) throw new Error(`${path} has no place for the tables`);
  writeFileSync(path, text.replace(mark, (_, begin, end) => `${begin}\n${lines.join("\n")}\n${end}`));
}
