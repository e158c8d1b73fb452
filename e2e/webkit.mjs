// WebKitGTK, as Debian ships it, through its WebDriver. It needs a display; one is made that nobody sees.
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { freePort, program, start } from "./programs.mjs";

export const webkit = () => program("WebKitWebDriver") && program("Xvfb") && miniBrowser();

/** The browser that comes with the library, in a folder that is named after the machine. */
function miniBrowser() {
  const folders = ["/usr/libexec", ...readdirSync("/usr/lib").filter((name) => name.includes("linux-gnu")).map((name) => `/usr/lib/${name}`)];
  const places = folders.flatMap((folder) => ["webkit2gtk-4.1", "webkitgtk-6.0"].map((library) => `${folder}/${library}/MiniBrowser`));
  return places.find((path) => existsSync(path));
}

/** The key of an element reference (W3C WebDriver, section 12.1). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** @param {{ dark?: boolean }} [options] */
export async function launchWebKit({ dark = false } = {}) {
  const screen = await start(program("Xvfb"), ["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"], /^(\d+)\n/m);
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: `:${screen.found[1]}`,
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    GTK_THEME: dark ? "Adwaita:dark" : "Adwaita",
  };
  return {
    name: "WebKitGTK",
    async open() {
      for (let attempt = 1; ; attempt++) {
        try {
          return await openBrowser(env);
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
        }
      }
    },
    close: () => screen.stop(),
  };
}

/** Now and then a browser and its driver do not find each other, and wait for ever; another pair does. */
const ATTEMPTS = 3;

/** Milliseconds for a session or a picture, which at times never come, and for any other command. */
const PATIENCE = { soon: 30_000, other: 90_000 };

/** asker puts WebDriver's commands. */
function asker(base) {
  const ask = async (method, path, body) => {
    const signal = AbortSignal.timeout(/\/(session|screenshot)$/.test(path) ? PATIENCE.soon : PATIENCE.other);
    const response = await fetch(base + path, { method, signal, body: method === "POST" ? JSON.stringify(body ?? {}) : undefined }).catch((error) => {
      throw new Error(`WebKitWebDriver, ${path}: ${error.message}`, { cause: error });
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error}: ${value.message}`);
    return value;
  };
  ask.up = async () => {
    for (const deadline = Date.now() + 30_000; ; ) {
      try {
        return await ask("GET", "/status");
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  return ask;
}

/** A browser of its own, with one tab: WebKit's automation has one session a process. */
async function openBrowser(env) {
  const port = await freePort();
  const driver = await start(program("WebKitWebDriver"), [`--port=${port}`, "--host=127.0.0.1"], undefined, { env });
  const away = await elsewhere();
  const end = async () => {
    away.close();
    await driver.stop();
  };
  try {
    const ask = asker(`http://127.0.0.1:${port}`);
    await ask.up();
    const { sessionId } = await ask("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          proxy: { proxyType: "manual", httpProxy: away.address, sslProxy: away.address, noProxy: ["127.0.0.1", "localhost", "*.localhost"] },
          "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
        },
      },
    });
    const base = `/session/${sessionId}`;
    await ask("POST", `${base}/timeouts`, { script: 60_000, pageLoad: 60_000 });
    const close = () => ask("DELETE", base).finally(end);
    return openTab(ask, base, await ask("GET", `${base}/window`), away.requests, close);
  } catch (error) {
    await end();
    throw error;
  }
}

/** A proxy that notes what is asked of other machines, and answers nothing. */
async function elsewhere() {
  const requests = [];
  const proxy = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.destroy();
  });
  proxy.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const close = () => {
    proxy.closeAllConnections();
    proxy.close();
  };
  return { address: `127.0.0.1:${proxy.address().port}`, requests, close };
}

function openTab(driver, base, handle, requests, close) {
  /** The frame that was entered. */
  let frame = null;
  /** The driver's commands go to one window of the session, and one frame of it. */
  const ask = async (method, path, body) => {
    if (at.get(base) !== handle) {
      await driver("POST", `${base}/window`, { handle });
      if (frame) await driver("POST", `${base}/frame`, { id: frame });
      at.set(base, handle);
    }
    return driver(method, path, body);
  };
  const reference = (value) => (typeof value === "string" ? { [ELEMENT]: value } : value);
  const call = (body, args) => ask("POST", `${base}/execute/async`, { script: body, args });
  const wrapped = (fn, answer) =>
    `const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);
     Promise.resolve().then(() => (${fn})(...given)).then((value) => done({ value: ${answer} }), (error) => done({ error: String(error) }));`;
  const outcome = ({ value, error }) => {
    if (error) throw new Error(error);
    return value;
  };
  const act = (source) => ask("POST", `${base}/actions`, { actions: [source] });
  const keys = (actions) => act({ type: "key", id: "keys", actions });
  const focus = (element) => call(wrapped("(e) => e.focus()", "null"), [element]);

  const run = async (fn, ...args) => JSON.parse(outcome(await call(wrapped(fn, "JSON.stringify(value ?? null)"), args)));

  return {
    /** What a server may put into its pages, so that nothing is missed of what happens while they load. */
    witness: `(${witness})();`,
    async goto(url) {
      await ask("POST", `${base}/url`, { url });
      await run(witness);
    },
    // Not as a list: some pages give lists a toJSON of their own.
    problems: async () => (await run(() => globalThis.witnessed.join("\n"))).split("\n").filter(Boolean),
    /** Only what would have left this machine: more the driver does not tell. */
    requests: () => requests,
    async another() {
      const { handle } = await ask("POST", `${base}/window/new`, { type: "tab" });
      return openTab(driver, base, handle, requests, () => {});
    },
    async enter(element) {
      await ask("POST", `${base}/frame`, { id: (frame = element) });
      await run(witness);
    },
    leave: () => ask("POST", `${base}/frame`, { id: (frame = null) }),
    async element(fn, ...args) {
      const value = outcome(await call(wrapped(fn, "value ?? null"), args));
      return value ? reference(value) : undefined;
    },
    run,
    async click(element) {
      // In a frame of another origin the driver can neither point nor type; there the page is told what a hand would have done.
      if (frame) return call(wrapped("(e) => e.click()", "null"), [element]);
      await call(wrapped("(e) => e.scrollIntoView({ block: 'center', behavior: 'instant' })", "null"), [element]);
      await act({ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: [
        { type: "pointerMove", x: 0, y: 0, origin: element }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
      ] });
    },
    async type(element, text) {
      if (frame) return run((e, text) => {
        e.value = text;
        e.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: text }));
      }, element, text);
      await focus(element);
      await keys([...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]));
    },
    async paste(element) {
      await focus(element);
      await keys([
        { type: "keyDown", value: "\uE009" }, { type: "keyDown", value: "v" }, { type: "keyUp", value: "v" }, { type: "keyUp", value: "\uE009" },
      ]);
    },
    choose: (element, paths) => ask("POST", `${base}/element/${element[ELEMENT]}/value`, { text: paths.join("\n") }),
    resize: (width, height) => ask("POST", `${base}/window/rect`, { width, height }),
    screenshot: async () => Buffer.from(await ask("GET", `${base}/screenshot`), "base64"),
    close,
  };
}

/** The window at which each session's commands go. */
const at = new Map();

/**
 * witness notes, in the page, what it logs, throws and violates: WebKit's driver tells none of it. Run after the page has
 * loaded, it misses what happened before.
 */
function witness() {
  if (globalThis.witnessed) return;
  const problems = (globalThis.witnessed = []);
  for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = (...words) => problems.push(`console ${level}: ${words.join(" ")}`);
  addEventListener("error", (event) => problems.push(`uncaught: ${event.message}`));
  addEventListener("unhandledrejection", (event) => problems.push(`uncaught: ${event.reason}`));
  addEventListener("securitypolicyviolation", (event) => problems.push(`violates ${event.effectiveDirective}: ${event.blockedURI}`));
}
