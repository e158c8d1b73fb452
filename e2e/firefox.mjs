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
  "network.proxy.no_proxies_on": "127.0.0.1",
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

export const firefox = () => program(process.env.FIREFOX || "firefox-esr");

export async function launchFirefox() {
  const profile = mkdtempSync(join(tmpdir(), "certuri-firefox-"));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
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

async function openTab(bidi) {
  const { userContext } = await bidi.ask("browser.createUserContext");
  const { context } = await bidi.ask("browsingContext.create", { type: "tab", userContext });
  const problems = [];
  bidi.listen((method, params) => {
    if (method === "log.entryAdded" && params.source.context === context) problems.push(`console ${params.level}: ${params.text}`);
  });
  await bidi.ask("session.subscribe", { events: ["log.entryAdded"], contexts: [context] });

  const call = async (fn, args) => {
    const answer = await bidi.ask("script.callFunction", {
      functionDeclaration: fn.toString(),
      arguments: args.map((value) => value?.sharedId ? value : { type: "string", value: JSON.stringify(value ?? null) }),
      target: { context },
      awaitPromise: true,
      userActivation: false,
    });
    if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
    return answer.result;
  };
  const perform = (actions) => bidi.ask("input.performActions", { context, actions });

  return {
    problems: async () => problems,
    goto: (url) => bidi.ask("browsingContext.navigate", { context, url, wait: "complete" }),
    async element(fn, ...args) {
      const { type, sharedId } = await call(`async (...json) => (${fn})(...json.map((j) => JSON.parse(j)))`, args);
      return type === "node" ? { sharedId } : undefined;
    },
    async run(fn, ...args) {
      const given = "typeof j === 'string' ? JSON.parse(j) : j";
      const { value } = await call(`async (...json) => JSON.stringify((await (${fn})(...json.map((j) => ${given}))) ?? null)`, args);
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
    choose: (element, paths) => bidi.ask("input.setFiles", { context, element, files: paths }),
    screenshot: async () => Buffer.from((await bidi.ask("browsingContext.captureScreenshot", { context })).data, "base64"),
    async close() {
      await bidi.ask("browsingContext.close", { context });
      await bidi.ask("browser.removeUserContext", { userContext });
    },
  };
}
