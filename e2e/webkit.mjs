// WebKitGTK, as Debian ships it, through its WebDriver. It needs a display; one is made that nobody sees.
import { existsSync, readdirSync } from "node:fs";
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

export async function launchWebKit() {
  const screen = await start(program("Xvfb"), ["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"], /^(\d+)\n/m);
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: `:${screen.found[1]}`,
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    // A proxy at which nobody listens: only this machine answers.
    http_proxy: "http://127.0.0.1:9",
    https_proxy: "http://127.0.0.1:9",
    no_proxy: "127.0.0.1",
  };
  const driver = await start(program("WebKitWebDriver"), [`--port=${port}`, "--host=127.0.0.1"], undefined, { env });
  const ask = asker(`http://127.0.0.1:${port}`);
  await ask.up();
  return {
    name: "WebKitGTK",
    open: () => openTab(ask),
    async close() {
      await driver.stop();
      await screen.stop();
    },
  };
}

/** asker puts WebDriver's commands. */
function asker(base) {
  const ask = async (method, path, body) => {
    const response = await fetch(base + path, { method, body: method === "POST" ? JSON.stringify(body ?? {}) : undefined });
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

/** A browser of its own: WebKit's automation has one session a process. */
async function openTab(ask) {
  const { sessionId } = await ask("POST", "/session", {
    capabilities: {
      alwaysMatch: { "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] } },
    },
  });
  const base = `/session/${sessionId}`;
  await ask("POST", `${base}/timeouts`, { script: 60_000, pageLoad: 60_000 });

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
    async goto(url) {
      await ask("POST", `${base}/url`, { url });
      await run(witness);
    },
    problems: () => run(() => globalThis.witnessed),
    async element(fn, ...args) {
      const value = outcome(await call(wrapped(fn, "value ?? null"), args));
      return value ? reference(value) : undefined;
    },
    run,
    async click(element) {
      await call(wrapped("(e) => e.scrollIntoView({ block: 'center', behavior: 'instant' })", "null"), [element]);
      await act({ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: [
        { type: "pointerMove", x: 0, y: 0, origin: element }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
      ] });
    },
    async type(element, text) {
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
    screenshot: async () => Buffer.from(await ask("GET", `${base}/screenshot`), "base64"),
    close: () => ask("DELETE", base),
  };
}

/**
 * witness notes, in the page, what it logs, throws and violates: WebKit's driver tells none of it. What happened before the
 * page had loaded is missed.
 */
function witness() {
  const problems = (globalThis.witnessed = []);
  for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = (...words) => problems.push(`console ${level}: ${words.join(" ")}`);
  addEventListener("error", (event) => problems.push(`uncaught: ${event.message}`));
  addEventListener("unhandledrejection", (event) => problems.push(`uncaught: ${event.reason}`));
  addEventListener("securitypolicyviolation", (event) => problems.push(`violates ${event.effectiveDirective}: ${event.blockedURI}`));
}
