// What the page knows, as one plain object, and how it changes. Nothing here touches the DOM, the engine or the clock.
import { texts } from "./texts.js";

/** @typedef {import("./contract.d.ts").Form} Form */
/** @typedef {import("./contract.d.ts").Report} Report */
/** @typedef {import("./contract.d.ts").Rendered} Rendered */
/** @typedef {import("./contract.d.ts").Problem} Problem */
/** @typedef {import("./contract.d.ts").Target} Target */
/** @typedef {import("./contract.d.ts").Lint} Lint */
/** @typedef {import("./contract.d.ts").Doctor} Doctor */
/** @typedef {import("./contract.d.ts").FileForm} FileForm */
/** @typedef {import("./contract.d.ts").Explain} Explain */
/** @typedef {import("./contract.d.ts").Server} Served */
/** @typedef {import("./contract.d.ts").Diff} Diff */
/** @typedef {import("./contract.d.ts").Chosen} Chosen */
/** @typedef {import("./contract.d.ts").Reply} Reply */

/**
 * A connection string that the person has pasted.
 * @typedef {object} PastedURI
 * @property {boolean} open its field is in sight
 * @property {string} text as it stands in the field
 * @property {Lint | null} lint what the engine says of `linted`
 * @property {string} linted the text that lint is about; behind text while an answer is on its way
 * @property {Form | null} filled what the form was filled with
 * @property {Form | null} before the form as it was before it was filled
 */
/**
 * What went wrong, as pasted, and what is known of it.
 * @typedef {{ text: string, explain: Explain | null, diff: Diff | null }} Message
 */
/**
 * What is known of the server, besides the form.
 * @typedef {object} Server
 * @property {string} serverVersion
 * @property {string} serverSubject
 * @property {File | null} server its certificate
 * @property {File | null} ca the file with the authorities that the client is to trust
 */
/**
 * A file that the engine does not know: being read, or refused before reading.
 * @typedef {{ key: string, name: string, size: number, error?: Problem }} WaitingFile
 */
/**
 * What the page is waiting for.
 * @typedef {{ what: "reading" | "unlocking", file?: number | "all", rounds?: number, seconds?: number }} Busy
 */
/**
 * @typedef {object} State
 * @property {"starting" | "ready" | "broken"} engine
 * @property {string} brokenBy
 * @property {Form} form
 * @property {boolean} passwordFromChosen the person, or a link, chose where the key's password comes from
 * @property {Target[]} targets
 * @property {Report | null} report
 * @property {WaitingFile[]} waiting
 * @property {Map<number, string>} samples the shown password of each sample file
 * @property {Busy | null} busy
 * @property {Problem | null} problem about no file in particular
 * @property {string} notice what was just done, for a line of its own
 * @property {number} cleared how many files Undo would bring back
 * @property {Rendered | null} rendered
 * @property {Form | null} renderedFor the form that it was made for; another one than form while an answer is on its way
 * @property {Served | null} served what goes on the server's side
 * @property {Message} message
 * @property {FileForm[]} forms of file that can be saved, for the chosen client
 * @property {Server} server
 * @property {Doctor | null} doctor what it makes of the files, the form and the server
 * @property {Reply | null} reply how the certificate compares with the request for it
 * @property {Problem | null} serverProblem what of the server's side could not be used
 * @property {PastedURI} uri
 * @property {{ all: import("./deployments.js").Deployment[], chosen: number }} pinned what the page's owner offers
 */
/**
 * @typedef {{ type: "ready", targets: Target[] }
 *   | { type: "broken", reason: string }
 *   | { type: "waiting", files: WaitingFile[] }
 *   | { type: "busy", busy: Busy }
 *   | { type: "rounds", rounds: number, seconds: number }
 *   | { type: "idle", busy: Busy | null, done: string[] }
 *   | { type: "report", report: Report }
 *   | { type: "removed", files: number[] }
 *   | { type: "chosen", chosen: Chosen }
 *   | { type: "reply", reply: Reply | null }
 *   | { type: "sample", file: number, password: string }
 *   | { type: "dismiss", key: string }
 *   | { type: "problem", problem: Problem | null }
 *   | { type: "lost" }
 *   | { type: "cleared", count: number }
 *   | { type: "notice", text: string }
 *   | { type: "edit", field: keyof Form, value: Form[keyof Form] }
 *   | { type: "uri-open", open: boolean }
 *   | { type: "uri-text", text: string }
 *   | { type: "linted", text: string, lint: Lint }
 *   | { type: "choices", choices: Partial<Form> }
 *   | { type: "pinned", all: import("./deployments.js").Deployment[], chosen: number }
 *   | { type: "server", about: Partial<Server> }
 *   | { type: "doctor", doctor: Doctor | null, problem?: Problem }
 *   | { type: "message", text: string }
 *   | { type: "explained", text: string, explain: Explain | null, diff: Diff | null }
 *   | { type: "served", served: Served }
 *   | { type: "forms", forms: FileForm[] }
 *   | { type: "rendered", rendered: Rendered, form: Form }} Event
 */

export const topologies = ["single", "replicaSet", "sharded", "srv"];
export const passwordSources = ["env", "inline", "none"];
export const styles = ["constructor", "uri"];

/** @type {PastedURI} */
const noURI = { open: false, text: "", lint: null, linted: "", filled: null, before: null };

/** @type {Server} */
const noServer = { serverVersion: "", serverSubject: "", server: null, ca: null };

/** @returns {State} */
export function initial() {
  return {
    engine: "starting",
    brokenBy: "",
    form: {
      topology: "single",
      hosts: "",
      replicaSetName: "",
      database: "",
      caFile: "",
      certificateKeyFile: "",
      passwordFrom: "env",
      passwordEnv: "",
      password: "",
      withUsername: false,
      username: "",
      target: "pymongo",
      version: "",
      style: "constructor",
      allUsers: false,
    },
    passwordFromChosen: false,
    targets: [],
    report: null,
    waiting: [],
    samples: new Map(),
    busy: null,
    problem: null,
    notice: "",
    cleared: 0,
    rendered: null,
    renderedFor: null,
    served: null,
    message: { text: "", explain: null, diff: null },
    forms: [],
    server: noServer,
    doctor: null,
    reply: null,
    serverProblem: null,
    uri: noURI,
    pinned: { all: [], chosen: 0 },
  };
}

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "ready":
      return { ...state, engine: "ready", targets: event.targets, form: fitting(state.form, event.targets) };
    case "broken":
      return { ...state, engine: "broken", brokenBy: event.reason, busy: null, waiting: state.waiting.filter((f) => f.error) };
    case "waiting":
      return { ...state, waiting: [...state.waiting, ...event.files], notice: "", cleared: 0, problem: null };
    case "busy":
      return { ...state, busy: event.busy, notice: "", cleared: 0, problem: null };
    case "rounds":
      return state.busy ? { ...state, busy: { ...state.busy, rounds: event.rounds, seconds: event.seconds } } : state;
    case "idle":
      return { ...state, busy: event.busy, waiting: state.waiting.filter((f) => f.error || !event.done.includes(f.key)) };
    case "report": {
      const open = new Set(event.report.files.map((f) => f.id));
      const samples = new Map([...state.samples].filter(([id]) => open.has(id)));
      const reply = event.report.identities.length > 0 ? state.reply : null;
      // What was said of another certificate, or of none, is not shown as this one's.
      const doctor = event.report.identity === state.report?.identity ? state.doctor : null;
      return { ...state, report: event.report, samples, reply, doctor, form: withPasswordFrom(state, event.report) };
    }
    case "removed": {
      if (!state.report) return state;
      const report = { ...state.report, files: state.report.files.filter((f) => !event.files.includes(f.id)) };
      const leaf = certificateOf(report, report.identity);
      // The engine answers at once, unless it is busy: then the name of a file that has gone must not stay.
      if (!state.busy || !leaf || !event.files.includes(leaf.file)) return { ...state, report };
      const nothing = { username: null, identity: undefined, identities: [], certificates: [], keys: [], findings: [], otherNames: [], usernameRefusal: undefined };
      return { ...state, report: { ...report, ...nothing }, doctor: null, reply: null };
    }
    case "chosen": {
      if (!state.report) return state;
      const report = { ...state.report, ...event.chosen };
      return { ...state, report, form: withPasswordFrom(state, report) };
    }
    case "reply":
      return { ...state, reply: event.reply };
    case "sample":
      return { ...state, samples: new Map(state.samples).set(event.file, event.password) };
    case "dismiss":
      return { ...state, waiting: state.waiting.filter((f) => f.key !== event.key) };
    case "problem":
      return { ...state, problem: event.problem };
    case "lost":
      return { ...state, report: null, doctor: null, reply: null, samples: new Map() };
    case "cleared": {
      const extra = state.form.extra?.filter((option) => !isSecret(option.name));
      const form = { ...state.form, password: "", ...(extra && { extra }) };
      const uri = mask(state.uri.text) === state.uri.text ? state.uri : { ...noURI, open: state.uri.open };
      const message = { ...state.message, diff: null };
      const server = { ...noServer, serverVersion: state.server.serverVersion };
      return { ...state, form, uri, server, message, report: null, doctor: null, reply: null, serverProblem: null, waiting: [], samples: new Map(), busy: null, problem: null, cleared: event.count };
    }
    case "notice":
      return { ...state, notice: event.text };
    case "edit":
      return {
        ...state,
        form: fitting({ ...state.form, [event.field]: event.value }, state.targets),
        passwordFromChosen: state.passwordFromChosen || event.field === "passwordFrom",
      };
    case "choices":
      return {
        ...state,
        form: fitting({ ...state.form, ...event.choices }, state.targets),
        passwordFromChosen: state.passwordFromChosen || event.choices.passwordFrom !== undefined,
      };
    case "pinned":
      return { ...state, pinned: { all: event.all, chosen: event.chosen } };
    case "uri-open":
      return { ...state, uri: { ...state.uri, open: event.open } };
    case "uri-text":
      if (event.text.trim() !== "") return { ...state, uri: { ...state.uri, text: event.text } };
      return { ...state, form: unfilled(state), uri: { ...noURI, open: state.uri.open, text: event.text } };
    case "linted":
      return event.text === state.uri.text ? linted(state, event.text, event.lint) : state;
    case "server":
      return { ...state, server: { ...state.server, ...event.about } };
    case "doctor":
      // Where something of the server's side cannot be used, what was found without it stands.
      return { ...state, doctor: event.doctor ?? (event.problem ? state.doctor : null), serverProblem: event.problem ?? null };
    case "message":
      return { ...state, message: event.text.trim() === "" ? { text: event.text, explain: null, diff: null } : { ...state.message, text: event.text } };
    case "explained":
      return event.text === state.message.text ? { ...state, message: { text: event.text, explain: event.explain, diff: event.diff } } : state;
    case "served":
      return { ...state, served: event.served };
    case "forms":
      return { ...state, forms: event.forms };
    case "rendered":
      return { ...state, rendered: event.rendered, renderedFor: event.form };
  }
}

/**
 * linted fills the form when the text is a new one: an answer about the same text, for another client, leaves what the
 * person has changed since.
 *
 * @param {State} state
 * @param {string} text
 * @param {Lint} lint
 * @returns {State}
 */
function linted(state, text, lint) {
  const { uri } = state;
  if (!lint.import || text === uri.linted) return { ...state, uri: { ...uri, lint, linted: text } };
  const back = unfilled(state);
  const filled = { ...back, ...pick(lint.import, filledFields), extra: lint.import.extra };
  // Where the password comes from is the person's choice, but one that stands in the text is kept.
  if (lint.import.password !== "") Object.assign(filled, pick(lint.import, passwordFields));
  return { ...state, form: filled, uri: { ...uri, lint, linted: text, filled, before: uri.before ?? state.form } };
}

/** @type {(keyof Form)[]} */
const filledFields = ["topology", "hosts", "replicaSetName", "database", "caFile", "certificateKeyFile", "withUsername", "username", "extra"];
/** @type {(keyof Form)[]} */
const passwordFields = ["passwordFrom", "password"];

/**
 * unfilled takes back what a pasted text put into the form, except what the person has changed since.
 *
 * @param {State} state
 * @returns {Form}
 */
function unfilled({ form, uri: { filled, before } }) {
  if (!filled || !before) return form;
  return { ...form, ...pick(before, [...filledFields, ...passwordFields].filter((field) => form[field] === filled[field])) };
}

/**
 * @param {Form} form
 * @param {(keyof Form)[]} fields
 * @returns {Partial<Form>}
 */
function pick(form, fields) {
  return Object.fromEntries(fields.map((field) => [field, form[field]]));
}

/**
 * fitting keeps target, version and style to what there is, once the targets are known. A form that fits is returned as
 * it is, so that an unchanged form can be told by identity.
 *
 * @param {Form} form
 * @param {Target[]} targets
 * @returns {Form}
 */
function fitting(form, targets) {
  if (targets.length === 0) return form;
  const target = targets.find((t) => t.id === form.target) ?? targets[0];
  const version = target.versions.includes(form.version) ? form.version : (target.versions[0] ?? "");
  const style = target.styles.includes(form.style) ? form.style : target.styles[0];
  if (form.target === target.id && form.version === version && form.style === style) return form;
  return { ...form, target: target.id, version, style };
}

/**
 * foundTargets finds clients by the beginnings of words: of their names, ids, languages and groups, and of what they are also
 * called. What begins with the words as they were typed stands first.
 *
 * @param {Target[]} targets
 * @param {string} query
 */
export function foundTargets(targets, query) {
  const words = query.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const begins = (/** @type {Target} */ one) => Number([one.label, one.id].some((name) => name.toLowerCase().startsWith(words.join(" "))));
  return targets
    .filter((one) => {
      const { language, id } = one;
      const names = [one.label, id, one.group, texts.use.languages[language] ?? language, texts.use.alsoCalled[id], texts.use.alsoCalled[language]];
      const text = ` ${names.join(" ")}`.toLowerCase();
      return words.every((word) => text.includes(` ${word}`) || text.includes(`-${word}`) || text.includes(`.${word}`));
    })
    .sort((a, b) => begins(b) - begins(a));
}

/**
 * withPasswordFrom follows the key: one that came without a password is offered without one, until the person chooses.
 *
 * @param {State} state
 * @param {Report} report
 */
function withPasswordFrom(state, report) {
  const key = chosenKey(report);
  if (state.passwordFromChosen || !key || state.form.passwordFrom === "inline") return state.form;
  const passwordFrom = key.encrypted ? "env" : "none";
  return passwordFrom === state.form.passwordFrom ? state.form : { ...state.form, passwordFrom };
}

/** @param {Report | null} report */
export function chosenIdentity(report) {
  return report?.identities.find((i) => i.leaf === report.identity) ?? report?.identities[0];
}

/** @param {Report | null} report */
export function chosenKey(report) {
  const index = chosenIdentity(report)?.key ?? null;
  return index === null ? undefined : report?.keys[index];
}

/**
 * certificateOf finds a certificate by its SHA-256.
 *
 * @param {Report} report
 * @param {string | undefined} sha256
 */
export function certificateOf(report, sha256) {
  return report.certificates.find((c) => c.sha256 === sha256);
}

const day = 86_400_000;

/** The part of the drawn line that a certificate's life takes at least, however long ago it ended. */
const lifeAtLeast = 0.6;

/**
 * validity places today on the span of a certificate. from, to and today are fractions of the drawn line; outside the
 * span the distance to today may be drawn shorter than it is.
 *
 * @param {string} notBefore RFC 3339
 * @param {string} notAfter RFC 3339
 * @param {number} now milliseconds since 1970
 * @returns {{ phase: "before" | "within" | "after", days: number, from: number, to: number, today: number }} days: whole
 *   days until the start, the end, or since the end
 */
export function validity(notBefore, notAfter, now) {
  const start = Date.parse(notBefore);
  const end = Date.parse(notAfter);
  const daysTo = (/** @type {number} */ time) => Math.floor(Math.abs(time - now) / day);
  const share = (/** @type {number} */ whole) => Math.max(lifeAtLeast, (end - start) / whole);
  if (now < start) return { phase: "before", days: daysTo(start), from: 1 - share(end - now), to: 1, today: 0 };
  if (now > end) return { phase: "after", days: daysTo(end), from: 0, to: share(now - start), today: 1 };
  return { phase: "within", days: daysTo(end), from: 0, to: 1, today: end > start ? (now - start) / (end - start) : 1 };
}

/**
 * splitName cuts a user name into its attributes, for display: the texts joined are the name again. The server escapes
 * separators inside a value with a backslash (server-side rules: ssl_manager.cpp, escapeRfc2253).
 *
 * @param {string} name
 * @returns {{ type: string, value: string, separator: string }[]} type ends with "="
 */
export function splitName(name) {
  const parts = [];
  let from = 0;
  for (let i = 0; i <= name.length; i++) {
    if (name[i] === "\\") {
      i++;
      continue;
    }
    if (i >= name.length || name[i] === "," || name[i] === "+") {
      const text = name.slice(from, i);
      const cut = text.indexOf("=") + 1;
      parts.push({ type: text.slice(0, cut), value: text.slice(cut), separator: name.slice(i, i + 1) });
      from = i + 1;
    }
  }
  // A name that ends in a backslash, which the server never writes, must not lose its tail.
  if (from <= name.length && parts.map((p) => p.type + p.value + p.separator).join("") !== name) {
    return [{ type: "", value: name, separator: "" }];
  }
  return parts;
}

/**
 * commonName is a short label for a subject or issuer: its CN, or the first value.
 *
 * @param {string} name
 */
export function commonName(name) {
  const parts = splitName(name);
  const part = parts.find((p) => p.type === "CN=") ?? parts[0];
  return unescape2253(part?.value ?? "") || name;
}

/** @param {string} value */
function unescape2253(value) {
  const bytes = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < value.length; i++) {
    const hex = /^\\([0-9A-F]{2})/.exec(value.slice(i, i + 3));
    if (hex) {
      bytes.push(parseInt(hex[1], 16));
      i += 2;
    } else {
      if (value[i] === "\\" && i + 1 < value.length) i++;
      const char = String.fromCodePoint(/** @type {number} */ (value.codePointAt(i)));
      bytes.push(...encoder.encode(char));
      i += char.length - 1;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/**
 * isSecret says whether the value of a connection-string option is one that must not be shown.
 *
 * @param {string} option its name
 */
export function isSecret(option) {
  return /passw|pwd|passphrase|secret|token|authmechanismproperties/i.test(option);
}

/**
 * mask puts dots in place of the secrets of a connection string, broken ones included: a password after the user name, and
 * the values of secret options. The length stays. What could be part of a secret is masked too.
 *
 * @param {string} text
 */
export function mask(text) {
  const dots = (/** @type {string} */ secret) => "•".repeat(secret.length);
  const start = /mongodb(?:\+srv)?:[\\/]*/i.exec(text);
  const from = start ? start.index + start[0].length : 0;
  const colon = text.indexOf(":", from);
  const options = text.slice(from).search(/[?\s"'<>]/);
  const hostsEnd = options < 0 ? text.length : from + options;
  // A raw ? in the password ends nothing. What looks like a port is one.
  let at = text.lastIndexOf("@", hostsEnd);
  if (at < colon && !/^:\d{1,5}([,/?;&\s"'<>]|$)/.test(text.slice(colon))) at = text.lastIndexOf("@");
  if (colon >= 0 && at > colon) text = text.slice(0, colon + 1) + dots(text.slice(colon + 1, at)) + text.slice(at);
  return text.replace(/([?&;][ \t]*)([^=&;?\s]+)(=)([^&;\s"'<>]*)/g, (all, separator, name, equals, value) =>
    isSecret(name) ? separator + name + equals + dots(value) : all,
  );
}

// A link carries the choices below and nothing of the certificate, the hosts or the paths.
const linkVersion = "1";
/** @type {{ [field in keyof Form]?: (value: string) => string | boolean | undefined }} */
const linkFields = {
  target: (v) => (/^[a-z0-9-]{1,40}$/.test(v) ? v : undefined),
  version: (v) => (/^[\w.+ -]{1,24}$/.test(v) ? v : undefined),
  style: (v) => (styles.includes(v) ? v : undefined),
  topology: (v) => (topologies.includes(v) ? v : undefined),
  passwordFrom: (v) => (passwordSources.includes(v) ? v : undefined),
  withUsername: (v) => (v === "true" || v === "false" ? v === "true" : undefined),
};

/**
 * toFragment writes the choices of a form as the part of a link after "#".
 *
 * @param {Form} form
 */
export function toFragment(form) {
  const params = new URLSearchParams({ v: linkVersion });
  for (const field of /** @type {(keyof Form)[]} */ (Object.keys(linkFields))) {
    if (form[field] !== "") params.set(field, String(form[field]));
  }
  return params.toString();
}

/**
 * fromFragment reads a link's choices. What it does not know it leaves out, so that old and new links open.
 *
 * @param {string} fragment with or without "#"
 * @returns {Partial<Form>}
 */
export function fromFragment(fragment) {
  const params = new URLSearchParams(fragment.replace(/^#/, ""));
  /** @type {Record<string, string | boolean>} */
  const choices = {};
  if (!params.has("v")) return choices;
  for (const [field, read] of Object.entries(linkFields)) {
    const value = read(params.get(field) ?? "");
    if (value !== undefined) choices[field] = value;
  }
  return choices;
}
