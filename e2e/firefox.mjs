// Firefox, as Debian ships it, through WebDriver BiDi: no driver program stands between.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { program, start } from "./programs.mjs";

/** What Firefox itself would ask the network for is refused: only this machine answers. */
const preferences = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
  "network.proxy.no_proxies_on": "127.0.0.1, .localhost",
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "ui.prefersReducedMotion": 1,
};

export const firefox = () => program(process.env.FIREFOX || "firefox-esr");

/** @param {{ dark?: boolean }} [options] */
export async function launchFirefox({ dark = false } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "certuri-firefox-"));
  const lines = Object.entries({ ...preferences, "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1 }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const browser = await start(firefox(), args, /WebDriver BiDi listening on (ws:\/\/127\.0\.0\.1:\d+)/);
  const bidi = await connect(`${browser.found[1]}/session`);
  await bidi.ask("session.new", { capabilities: {} });
  return {
    name: "Firefox",
    open: () => openTab(bidi),
    async close() {
      await bidi.ask("browser.close");
      bidi.close();
      await browser.stop();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** connect gives questions and events of one BiDi session. */
async function connect(url) {
  const socket = new WebSocket(url);
  const pending = new Map();
  const listeners = [];
  let last = 0;
  socket.on("message", (text) => {
    const { id, type, result, error, message, method, params } = JSON.parse(text);
    if (type === "event") return listeners.forEach((listener) => listener(method, params));
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    if (type === "success") resolve(result);
    else reject(new Error(`${error}: ${message}`));
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  return {
    ask: (method, params = {}) =>
      new Promise((resolve, reject) => {
        pending.set(++last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
    listen: (listener) => listeners.push(listener),
    close: () => socket.close(),
  };
}

/** A tab of a profile, or of a new one. */
async function openTab(bidi, profile) {
  const { userContext } = profile ?? (await bidi.ask("browser.createUserContext"));
  const { context } = await bidi.ask("browsingContext.create", { type: "tab", userContext });
  /** The tab and the frames in it. */
  const ours = new Set([context]);
  /** Where commands go: the tab, or the frame that was entered. */
  let target = context;
  const [problems, requests] = [[], []];
  bidi.listen((method, params) => {
    if (method === "browsingContext.contextCreated" && ours.has(params.parent)) ours.add(params.context);
    if (method === "log.entryAdded" && ours.has(params.source.context)) problems.push(`console ${params.level}: ${params.text}`);
    if (method === "network.beforeRequestSent" && ours.has(params.context) && !/^(blob|data):/.test(params.request.url)) {
      requests.push(`${params.request.method} ${params.request.url}`);
    }
  });
  await bidi.ask("session.subscribe", { events: ["browsingContext.contextCreated", "log.entryAdded", "network.beforeRequestSent"], contexts: [context] });

  const call = async (fn, args) => {
    const answer = await bidi.ask("script.callFunction", {
      functionDeclaration: fn.toString(),
      arguments: args.map((value) => value?.sharedId ? value : { type: "string", value: JSON.stringify(value ?? null) }),
      target: { context: target },
      awaitPromise: true,
      userActivation: false,
    });
    if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
    return answer.result;
  };
  const perform = (actions) => bidi.ask("input.performActions", { context: target, actions });
  const given = "json.map((j) => (typeof j === 'string' ? JSON.parse(j) : j))";

  return {
    problems: async () => problems,
    requests: () => requests,
    another: () => openTab(bidi, { userContext }),
    goto: (url) => bidi.ask("browsingContext.navigate", { context, url, wait: "complete" }),
    async enter(frame) {
      target = (await call("(e) => e.contentWindow", [frame])).value.context;
    },
    leave: async () => (target = context),
    async element(fn, ...args) {
      const { type, sharedId } = await call(`async (...json) => (${fn})(...${given})`, args);
      return type === "node" ? { sharedId } : undefined;
    },
    async run(fn, ...args) {
      const { value } = await call(`async (...json) => JSON.stringify((await (${fn})(...${given})) ?? null)`, args);
      return JSON.parse(value);
    },
    async click(element) {
      await call("(e) => e.scrollIntoView({ block: 'center', behavior: 'instant' })", [element]);
      const origin = { type: "element", element };
      await perform([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: [
        { type: "pointerMove", x: 0, y: 0, origin }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
      ] }]);
    },
    async type(element, text) {
      await call("(e) => e.focus()", [element]);
      await perform([{ type: "key", id: "keys", actions: [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]) }]);
    },
    async paste(element) {
      await call("(e) => e.focus()", [element]);
      await perform([{ type: "key", id: "keys", actions: [
        { type: "keyDown", value: "\uE009" }, { type: "keyDown", value: "v" }, { type: "keyUp", value: "v" }, { type: "keyUp", value: "\uE009" },
      ] }]);
    },
    choose: (element, paths) => bidi.ask("input.setFiles", { context: target, element, files: paths }),
    resize: (width, height) => bidi.ask("browsingContext.setViewport", { context, viewport: { width, height } }),
    screenshot: async () => Buffer.from((await bidi.ask("browsingContext.captureScreenshot", { context })).data, "base64"),
    async close() {
      await bidi.ask("browsingContext.close", { context });
      if (!profile) await bidi.ask("browser.removeUserContext", { userContext });
    },
  };
}
