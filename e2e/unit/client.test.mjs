// How workers are made, ended and replaced. Worker, network and compiler are stand-ins.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { beforeEach, test } from "node:test";

globalThis.CERTURI_SHIP = "site";
globalThis.CERTURI_WORKER_URL = "assets/worker.js";
globalThis.CERTURI_WASM_URL = "assets/certuri.wasm";
globalThis.document = { baseURI: "https://certuri.example/" };
globalThis.window = {};
URL.createObjectURL = () => "blob:the-script";
WebAssembly.compileStreaming = async () => "compiled";

/** Answers as worker.js does, except while it is busy. */
class StandIn {
  static all = [];
  busy = false;
  ended = false;
  heard = [];
  constructor(url) {
    this.url = url;
    StandIn.all.push(this);
  }
  postMessage(message) {
    this.heard.push(message);
    if (this.busy) return;
    const reply = (data) => setTimeout(() => this.onmessage({ data }));
    if (message.id === 0) reply({ id: 0, ready: { contract: 1, version: "0" } });
    else reply({ id: message.id, response: "{}" });
  }
  terminate() {
    this.ended = true;
  }
}
globalThis.Worker = StandIn;

let asked, online;
globalThis.fetch = async (url) => {
  asked.push(String(url));
  if (!online) throw new TypeError("Failed to fetch");
  return new Response("", { headers: { "content-type": "application/wasm" } });
};

/** A fresh page: what is kept while a page lives is kept by its modules. */
let pages = 0;
async function page() {
  const { Cancelled, Client } = await import(`../../web/client.js?page=${++pages}`);
  const client = new Client();
  const events = [];
  for (const type of ["ready", "stopped"]) client.addEventListener(type, (event) => events.push(type === "stopped" ? event.detail : type));
  return { Cancelled, client, events };
}

beforeEach(() => {
  StandIn.all = [];
  asked = [];
  online = true;
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

test("script and engine are loaded once, whatever becomes of the worker", async () => {
  const { Cancelled, client, events } = await page();
  await client.start();
  await settled();
  assert.deepEqual(events, ["ready"]);
  assert.deepEqual(asked.sort(), ["https://certuri.example/assets/certuri.wasm", "https://certuri.example/assets/worker.js"]);

  online = false;
  const [first] = StandIn.all;
  first.busy = true;
  const question = assert.rejects(client.call({ op: "render" }), Cancelled);
  await settled();
  await client.reset();
  await question;
  await settled();
  client.stop();
  await client.start();
  await settled();
  assert.deepEqual(StandIn.all.map((w) => [w.url, w.ended, w.heard[0].engine]), [
    ["blob:the-script", true, "compiled"],
    ["blob:the-script", true, "compiled"],
    ["blob:the-script", false, "compiled"],
  ]);
  assert.deepEqual(events, ["ready", "ready", "ready"]);
  assert.equal(asked.length, 2);
});

test("a wipe that is answered keeps the worker", async () => {
  const { client } = await page();
  await client.start();
  await client.reset();
  await client.call({ op: "render" });
  assert.equal(StandIn.all.length, 1);
  assert.deepEqual(StandIn.all[0].heard.map((m) => (m.wipe ? "wipe" : (m.request?.op ?? "start"))), ["start", "wipe", "render"]);
});

test("a page that is left before it has loaded makes no worker", async () => {
  const { client, events } = await page();
  const starting = client.start();
  client.stop();
  await starting;
  await settled();
  assert.deepEqual([StandIn.all.length, events], [0, []]);
});

test("what could not be loaded is said, and asked for again at the next start", async () => {
  const { client, events } = await page();
  online = false;
  await client.start();
  online = true;
  await client.start();
  await settled();
  assert.deepEqual(events, ["Failed to fetch", "ready"]);
});

test("what the offline file carries is read as Python reads Ascii85", async () => {
  const { ascii85 } = await import("../../web/client.js");
  const script = "import base64, sys; print(base64.a85encode(bytes.fromhex(sys.argv[1])).decode().replace('z', '!!!!!').replace('<', 'v'), end='')";
  const long = Buffer.from(Array.from({ length: 999 }, (_, i) => (i * i) % 251)).toString("hex");
  for (const hex of [long, "", "00", "ff", "1f8b", "1f8b08", "1f8b0800", "00000000", "ffffffff01", "000000000000", "6d0f3c6b6d0f3c6b6d0f3c6b6d"]) {
    assert.equal(Buffer.from(ascii85(execFileSync("python3", ["-c", script, hex], { encoding: "utf8" }))).toString("hex"), hex);
  }
});
