// What the bundler and the Go toolchain put beside our own code.

/** Which of the three shapes of the page this bundle is for. */
declare const CERTURI_SHIP: "site" | "offline" | "embed";
/** The worker's script: relative to the document (site) or to the module (embed). */
declare const CERTURI_WORKER_URL: string;
/** The engine: relative to the document (site) or to the module (embed). */
declare const CERTURI_WASM_URL: string;
/** For the service worker: the site's files beside its page, relative to it. */
declare const CERTURI_ASSETS: string[];
/** For the service worker: a hash of all that it keeps. */
declare const CERTURI_BUILD: string;
/** The SHA-256 of the engine that the page was built with, in hex. */
declare const CERTURI_ENGINE: string;
/** The product's version. */
declare const CERTURI_VERSION: string;

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "*/wasm_exec.js";

/** From the Go toolchain's wasm_exec.js. */
declare class Go {
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
  /** Timers which the Go scheduler has asked for. */
  _scheduledTimeouts: Map<number, number>;
}

/** Set by the engine when it starts (wasm/main_js.go). */
declare var certuri: { call(request: string, files: Uint8Array[]): [string, ...Uint8Array<ArrayBuffer>[]] } | undefined;
/** Called by the engine once `certuri` can be called. */
declare var certuriReady: (() => void) | undefined;

/** The part of Trusted Types that client.js uses. */
interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
  };
}
