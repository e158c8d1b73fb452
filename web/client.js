// The worker's client: questions and answers by number, and a fresh worker when one is needed.
import { compileResponse, loaded } from "./engine.js";

/** The version of contract/contract.go that contract.d.ts mirrors. */
const CONTRACT = 1;
/** A worker that does not answer a wipe within this many milliseconds is busy or gone, and is replaced. */
const WIPE_PATIENCE = 300;

/** @typedef {import("./contract.d.ts").Request} Request */
/** @typedef {import("./contract.d.ts").Response} Response */
/** @typedef {{ response: Response, files: Uint8Array<ArrayBuffer>[] }} Answer */
/**
 * Page to worker. The first message starts the engine; without one the worker fetches it from the address.
 * @typedef {{ id: 0, engine?: WebAssembly.Module, address?: string }
 *   | { id: number, wipe: true }
 *   | { id: number, request: Request, files?: Uint8Array[] }} Ask
 */
/**
 * Worker to page. `response` is the engine's JSON; `engine` is what the worker has fetched and compiled, for the workers that replace it; `deriving` says,
 * before it begins, what key derivation the question costs: the rounds, and the seconds where they are many, else 0.
 * @typedef {{ rounds: number, seconds: number }} Deriving
 * @typedef {{ id: number, response?: string, files?: Uint8Array<ArrayBuffer>[], deriving?: Deriving,
 *   ready?: import("./contract.d.ts").Hello, engine?: WebAssembly.Module, stopped?: string }} Tell
 */

/** The engine ended before it answered. A new one is on its way. */
export class Stopped extends Error {}
/** The question was cancelled. */
export class Cancelled extends Error {}

export class Client extends EventTarget {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Map<number, { resolve(answer: Answer): void, reject(reason: Error): void, rounds?: (deriving: Deriving) => void }>} */
  #pending = new Map();
  #next = 1;
  #ready = false;
  /** Counts what was started and stopped: a start that is overtaken makes no worker. */
  #life = 0;

  /** Calls wait for this: the worker is being made, or its memory overwritten. */
  #up = Promise.resolve();

  /** start makes the worker. Events: "ready", and "stopped" with the reason when there will be no engine. */
  start() {
    return (this.#up = this.#start());
  }

  /**
   * call asks the engine. It rejects with Cancelled after reset or when the signal is aborted, which resets: the engine
   * cannot be interrupted otherwise. The buffers of files are handed over and empty afterwards.
   *
   * @param {Request} request
   * @param {{ files?: Uint8Array<ArrayBuffer>[], signal?: AbortSignal, rounds?: (deriving: Deriving) => void }} [options]
   * @returns {Promise<Answer>}
   */
  async call(request, { files = [], signal, rounds } = {}) {
    for (let up; up !== this.#up; ) await (up = this.#up);
    if (signal?.aborted) throw new Cancelled();
    if (!this.#worker) throw new Stopped();
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#pending.set(id, { resolve, reject, rounds });
      signal?.addEventListener("abort", () => this.#pending.has(id) && this.reset(), { once: true });
      this.#tell({ id, request, files }, files.map((f) => f.buffer));
    });
  }

  /**
   * reset forgets everything that the engine holds: its memory is overwritten, or the worker ended when it is too busy
   * to do that. Open questions reject with Cancelled.
   */
  reset() {
    this.#rejectAll(new Cancelled());
    return (this.#up = this.#up.then(() => this.#wipe()));
  }

  /** stop ends the worker and everything in it. start makes a new one. */
  stop() {
    this.#life++;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new Cancelled());
  }

  async #start() {
    const mine = ++this.#life;
    this.#ready = false;
    try {
      // The worker starts up while the engine is still on its way.
      const [worker, module] = await Promise.all([script().then((url) => (mine === this.#life ? this.#employ(url) : undefined)), engine()]);
      if (worker && worker === this.#worker) this.#tell({ id: 0, engine: module, address: address() });
    } catch (error) {
      if (mine === this.#life) this.#stopped(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {any} url a TrustedScriptURL, where there are such */
  #employ(url) {
    const worker = new Worker(url, { name: "certuri" });
    this.#worker = worker;
    worker.onmessage = ({ data }) => worker === this.#worker && this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#stopped(event.message || "the worker could not be loaded");
    };
    return worker;
  }

  async #wipe() {
    const worker = this.#worker;
    if (!worker) return;
    const id = this.#next++;
    const wiped = new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      setTimeout(reject, WIPE_PATIENCE);
    });
    this.#tell({ id, wipe: true });
    try {
      await wiped;
    } catch {
      if (worker !== this.#worker) return; // replaced meanwhile
      this.#pending.delete(id);
      worker.terminate();
      await this.#start();
    }
  }

  /**
   * @param {Ask} message
   * @param {Transferable[]} [transfer]
   */
  #tell(message, transfer = []) {
    this.#worker?.postMessage(message, transfer);
  }

  /** @param {Tell} tell */
  #hear({ id, response, files, deriving, ready, engine: fetched, stopped }) {
    if (ready) {
      if (ready.contract !== CONTRACT) return this.#stopped(`the engine speaks version ${ready.contract} of the contract, the page ${CONTRACT}`);
      this.#ready = true;
      this.dispatchEvent(new CustomEvent("ready", { detail: ready }));
    } else if (fetched) {
      engine = async () => fetched;
    } else if (stopped !== undefined) {
      this.#stopped(stopped);
    } else if (deriving) {
      this.#pending.get(id)?.rounds?.(deriving);
    } else if (response) {
      this.#pending.get(id)?.resolve({ response: JSON.parse(response), files: files ?? [] });
      this.#pending.delete(id);
    }
  }

  /** @param {string} reason */
  #stopped(reason) {
    const worked = this.#ready;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new Stopped(reason));
    // An engine that never started would only fail again.
    if (worked) this.start();
    else this.dispatchEvent(new CustomEvent("stopped", { detail: reason }));
  }

  /** @param {Error} reason */
  #rejectAll(reason) {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(reason);
  }
}

/**
 * once keeps what make gives, for every later worker: a page that has loaded must not ask the network again. What failed
 * is tried again at the next start.
 *
 * @template T
 * @param {() => Promise<T>} make
 */
function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () =>
    (made ??= make().catch((error) => {
      made = undefined;
      throw error;
    }));
}

/**
 * script gives the URL of the worker's script: a blob of it, so that no worker is ever fetched. Only the widget's is the
 * address itself, since the policy of its host may not allow blobs.
 */
const script = once(async () => {
  if (CERTURI_SHIP === "embed") {
    const worker = new URL(CERTURI_WORKER_URL, import.meta.url); // the form that bundlers follow
    if (worker.origin !== origin) throw new Error(`a worker from ${worker.origin} may not start in a page of ${origin}`);
    return trusted(worker.href);
  }
  const text = CERTURI_SHIP === "offline" ? inside("certuri-worker") : await (await load(CERTURI_WORKER_URL)).text();
  return trusted(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
});

/** Where the widget's worker finds the engine. */
const address = () => (CERTURI_SHIP === "embed" ? new URL(CERTURI_WASM_URL, import.meta.url).href : undefined);

/**
 * engine gives the compiled engine. The widget's first worker fetches and compiles it itself, since the policy of its host
 * need not allow wasm in the page; then it hands it over.
 *
 * @type {() => Promise<WebAssembly.Module | undefined>}
 */
let engine = once(async () => {
  if (CERTURI_SHIP === "embed") return undefined;
  if (CERTURI_SHIP === "offline") return WebAssembly.compile(await carriedEngine());
  return compileResponse(await load(CERTURI_WASM_URL));
});

/**
 * load asks as the preloads of index.html do. This is the one way in which WebKit, too, takes what was preloaded; asked
 * otherwise, it loads the engine twice.
 *
 * @param {string} url relative to the page
 */
async function load(url) {
  return loaded(await fetch(new URL(url, document.baseURI), { mode: "no-cors", credentials: "include" }));
}

/** carriedEngine is the engine that the offline file holds, as gzip in Ascii85. */
export function carriedEngine() {
  const bytes = ascii85(inside("certuri-wasm"));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/**
 * ascii85 reads what tools/site wrote: five characters from ! to u for four bytes, with v for <, which could end an element.
 *
 * @param {string} text
 */
export function ascii85(text) {
  const groups = Math.ceil(text.length / 5);
  const bytes = new Uint8Array(4 * groups);
  const view = new DataView(bytes.buffer);
  for (let group = 0; group < groups; group++) {
    let word = 0;
    for (let i = 5 * group; i < 5 * group + 5; i++) {
      const c = i < text.length ? text.charCodeAt(i) : 117;
      word = 85 * word + (c === 118 ? 60 : c) - 33;
    }
    view.setUint32(4 * group, word);
  }
  return bytes.subarray(0, text.length - groups);
}

/** @param {string} id */
function inside(id) {
  const block = document.getElementById(id);
  if (!block?.textContent) throw new Error("the file is not complete; get it again");
  return block.textContent;
}

/**
 * trusted makes the one URL from which this page may start code. The policy "x509-worker" is the only one that the
 * page's headers allow.
 *
 * @param {string} url
 */
function trusted(url) {
  const policy = window.trustedTypes?.createPolicy("x509-worker", {
    createScriptURL(asked) {
      if (asked !== url) throw new TypeError("not the worker's script");
      return asked;
    },
  });
  return policy ? policy.createScriptURL(url) : url;
}
