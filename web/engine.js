// Loading the engine, for the page and for the widget's worker.

/**
 * loaded refuses what a server sends in place of a file.
 *
 * @param {Response} response
 */
export function loaded(response) {
  if (!response.ok) throw new Error(`the engine could not be loaded: HTTP status ${response.status}`);
  return response;
}

/**
 * compileResponse compiles while it loads, except under a wrong content type, which the streaming compiler refuses.
 *
 * @param {Response} response
 */
export async function compileResponse(response) {
  if (response.headers.get("content-type") !== "application/wasm") return WebAssembly.compile(await response.arrayBuffer());
  return WebAssembly.compileStreaming(response);
}
