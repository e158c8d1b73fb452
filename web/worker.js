// The worker: loads the engine, answers one question at a time, and derives keys with WebCrypto, which is ten to twenty
// times faster at PBKDF2 than Go in wasm. Messages are described at Ask and Tell in client.js.
import "./wasm_exec.js";
import { compileResponse, loaded } from "./engine.js";

const scope = /** @type {{ onmessage: (event: MessageEvent) => void, postMessage(message: unknown, transfer?: Transferable[]): void }} */ (
  /** @type {unknown} */ (globalThis)
);

// The engine's standard output and error would otherwise reach the console, and a stack trace may quote its input.
/** @type {any} */ (globalThis).fs.writeSync = (/** @type {number} */ _, /** @type {Uint8Array} */ bytes) => bytes.length;

/** @type {Promise<WebAssembly.Module>} */
let compiled;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();
/** @type {{ go: Go, instance: WebAssembly.Instance } | undefined} */
let engine;
let life = 0;

scope.onmessage = ({ data }) => {
  if (data.wipe) {
    wipe();
    scope.postMessage({ id: data.id, response: "{}", files: [] });
    queue = start().catch(stopped);
  } else if (data.id === 0) {
    compiled = data.engine ? Promise.resolve(data.engine) : fetched(data.address);
    queue = start().then(hello, stopped);
  } else {
    const asked = life;
    queue = queue.then(() => (asked === life ? answer(data, asked) : undefined)).catch(stopped);
  }
};

/**
 * fetched gives the engine to the widget, and to the page for the workers that replace this one.
 *
 * @param {string} address
 */
async function fetched(address) {
  const module = await compileResponse(loaded(await fetch(address)));
  scope.postMessage({ id: 0, engine: module });
  return module;
}

async function start() {
  const mine = ++life;
  const go = new Go();
  const instance = await WebAssembly.instantiate(await compiled, go.importObject);
  const ready = new Promise((resolve) => (globalThis.certuriReady = () => resolve(undefined)));
  engine = { go, instance };
  const ended = go.run(instance).then(() => {
    if (mine === life) stopped("the engine ended");
  });
  await Promise.race([ready, ended]);
}

async function hello() {
  const [text] = call({ op: "hello" }, []);
  scope.postMessage({ id: 0, ready: JSON.parse(text).hello });
}

/**
 * @param {unknown} request
 * @param {Uint8Array[]} files
 */
function call(request, files) {
  if (!globalThis.certuri) throw new Error("the engine did not start");
  return globalThis.certuri.call(JSON.stringify(request), files);
}

/**
 * @param {{ id: number, request: unknown, files?: Uint8Array[] }} ask
 * @param {number} asked the engine's life when the question came
 */
async function answer({ id, request, files = [] }, asked) {
  let [text, ...bytes] = call(request, files);
  for (;;) {
    // The page reads the answer: a text is handed over at a fraction of what a tree of objects costs.
    if (!text.startsWith('{"need":')) {
      scope.postMessage(
        { id, response: text, files: bytes },
        bytes.map((b) => b.buffer),
      );
      return;
    }
    const { need } = JSON.parse(text);
    const rounds = need.reduce((/** @type {number} */ sum, /** @type {{ iterations: number }} */ n) => sum + n.iterations, 0);
    scope.postMessage({ id, deriving: { rounds, seconds: await estimate(need, rounds) } });
    const keys = await derive(need, bytes);
    if (asked !== life) return;
    [text, ...bytes] = call({ op: "derived" }, keys);
    for (const key of keys) key.fill(0);
  }
}

/** Below this many rounds nobody needs to be told how long it takes. */
const LONG = 2_000_000;
/** What the estimate is made from: 30 to 100 ms. */
const TRIAL = 200_000;

/**
 * estimate says how many seconds the keys will take, from a trial of this browser on this machine; 0 when that is not
 * worth saying.
 *
 * @param {import("./contract.d.ts").Need[]} needs
 * @param {number} rounds
 */
async function estimate(needs, rounds) {
  if (rounds < LONG || !globalThis.crypto?.subtle) return 0;
  const trial = { ...needs[0], iterations: TRIAL, password: 0, salt: 0 };
  const began = performance.now();
  await derive([trial], [new Uint8Array(16)]);
  const parallel = Math.min(needs.length, navigator.hardwareConcurrency || 1);
  return ((performance.now() - began) / 1000) * (rounds / TRIAL / parallel);
}

/**
 * derive does what the engine needs, which is deriving keys, but for new keys and signatures. It answers with nothing
 * where the browser has no WebCrypto (a page from http:// on another machine); the engine then derives the keys itself,
 * slowly.
 *
 * @param {import("./contract.d.ts").Need[]} needs
 * @param {Uint8Array<ArrayBuffer>[]} bytes
 */
async function derive(needs, bytes) {
  if (!globalThis.crypto?.subtle) return [];
  const keys = await Promise.all(
    needs.map(async (need) => {
      if (need.kind !== "derive") return withKey(need, bytes);
      const { hash, iterations, length, password, salt } = need;
      const secret = await crypto.subtle.importKey("raw", bytes[password], "PBKDF2", false, ["deriveBits"]);
      const rules = { name: "PBKDF2", hash, salt: bytes[salt], iterations };
      return new Uint8Array(await crypto.subtle.deriveBits(rules, secret, length * 8));
    }),
  );
  for (const b of bytes) b.fill(0);
  return keys;
}

/**
 * withKey generates a key as PKCS#8, signs with one, or verifies (one byte, 1 or 0). It gives nothing where this browser does not
 * know the algorithm.
 *
 * @param {import("./contract.d.ts").Need} need
 * @param {Uint8Array<ArrayBuffer>[]} bytes
 */
async function withKey({ kind, algorithm = "", curve, hash, bits, key, message, signature = 0, saltLength = 0 }, bytes) {
  const rules = { name: algorithm, namedCurve: curve, hash, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), saltLength };
  try {
    if (kind === "verify") {
      const issuer = await crypto.subtle.importKey("spki", bytes[key], rules, false, ["verify"]);
      return new Uint8Array([Number(await crypto.subtle.verify(rules, issuer, bytes[signature], bytes[message]))]);
    }
    if (kind === "sign") {
      const secret = await crypto.subtle.importKey("pkcs8", bytes[key], rules, false, ["sign"]);
      return new Uint8Array(await crypto.subtle.sign(rules, secret, bytes[message]));
    }
    const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(rules, true, ["sign", "verify"]));
    return new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  } catch {
    return new Uint8Array(0);
  }
}

/** wipe overwrites everything that the engine holds, keys included, and lets go of it. */
function wipe() {
  life++;
  globalThis.certuri = undefined;
  if (!engine) return;
  // A timer of the old engine would otherwise wake it in its erased memory.
  for (const timer of engine.go._scheduledTimeouts.values()) clearTimeout(timer);
  new Uint8Array(/** @type {WebAssembly.Memory} */ (engine.instance.exports.mem).buffer).fill(0);
  engine = undefined;
}

/** @param {unknown} reason */
function stopped(reason) {
  scope.postMessage({ id: 0, stopped: reason instanceof Error ? reason.message : String(reason) });
}
