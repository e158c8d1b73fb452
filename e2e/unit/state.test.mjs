// The page's pure parts: state, links, dates and the display of names. No browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { texts } from "../../web/texts.js";
import { commonName, foundTargets, fromFragment, initial, isSecret, mask, reduce, splitName, toFragment, validity } from "../../web/state.js";

const targets = [
  { id: "pymongo", label: "PyMongo", language: "python", styles: ["constructor", "uri"], versions: ["4.x", "3.13"], file: "combined-pem" },
  { id: "mongosh", label: "mongosh", language: "shell", styles: ["uri"], versions: ["2"], file: "combined-pem" },
];

const report = (key = { encrypted: true }, files = [{ id: 1 }]) => ({
  username: "CN=a",
  identity: "l",
  identities: [{ leaf: "l", key: 0 }],
  keys: [key],
  files,
  certificates: [],
  findings: [],
});

test("a target that lacks the chosen version or style gets its own", () => {
  let state = reduce(initial(), { type: "ready", targets });
  assert.equal(state.form.version, "4.x");
  state = reduce(state, { type: "edit", field: "version", value: "3.13" });
  assert.equal(state.form.version, "3.13");
  state = reduce(state, { type: "edit", field: "target", value: "mongosh" });
  assert.deepEqual([state.form.version, state.form.style], ["2", "uri"]);
});

test("choices of a link that came before the targets are kept, unknown ones replaced", () => {
  let state = reduce(initial(), { type: "choices", choices: { target: "mongosh" } });
  state = reduce(state, { type: "ready", targets });
  assert.equal(state.form.target, "mongosh");
  state = reduce(state, { type: "choices", choices: { target: "fortran" } });
  assert.equal(state.form.target, "pymongo");
});

test("the key decides where its password comes from, until the person does", () => {
  let state = reduce(initial(), { type: "report", report: report({ encrypted: false }) });
  assert.equal(state.form.passwordFrom, "none");
  state = reduce(state, { type: "report", report: report({ encrypted: true }) });
  assert.equal(state.form.passwordFrom, "env");
  state = reduce(state, { type: "edit", field: "passwordFrom", value: "env" });
  state = reduce(state, { type: "report", report: report({ encrypted: false }) });
  assert.equal(state.form.passwordFrom, "env");
});

test("clearing keeps the form, but no password and nothing of the files", () => {
  let state = reduce(initial(), { type: "edit", field: "hosts", value: "db.example.net" });
  state = reduce(state, { type: "edit", field: "password", value: "secret" });
  state = reduce(state, { type: "sample", file: 1, password: "p" });
  state = reduce(state, { type: "report", report: report() });
  assert.equal(state.samples.get(1), "p");
  state = reduce(state, { type: "cleared", count: 1 });
  assert.equal(state.form.hosts, "db.example.net");
  assert.equal(state.form.password, "");
  assert.equal(state.report, null);
  assert.equal(state.samples.size, 0);
  assert.equal(state.cleared, 1);
});

test("a link carries the allowed choices, and nothing else of the form", () => {
  const form = {
    ...initial().form,
    topology: "srv",
    hosts: "private.example.net",
    replicaSetName: "secret-rs",
    database: "salaries",
    caFile: "/home/me/ca.pem",
    certificateKeyFile: "/home/me/client.pem",
    passwordEnv: "MY_VARIABLE",
    passwordFrom: "inline",
    password: "hunter2",
    withUsername: true,
    version: "4.x",
    extra: [{ name: "appName", value: "payroll" }],
  };
  const fragment = toFragment(form);
  for (const field of ["hosts", "replicaSetName", "database", "caFile", "certificateKeyFile", "passwordEnv", "password"]) {
    assert.ok(!decodeURIComponent(fragment).includes(form[field]), field);
  }
  assert.doesNotMatch(fragment, /extra|appName|payroll/);
  assert.deepEqual(fromFragment("#" + fragment), {
    target: "pymongo",
    version: "4.x",
    style: "constructor",
    topology: "srv",
    passwordFrom: "inline",
    withUsername: true,
  });
});

const imported = (fields) => ({
  ...{ topology: "single", hosts: "", replicaSetName: "", database: "", caFile: "", certificateKeyFile: "", passwordFrom: "env" },
  ...{ passwordEnv: "", password: "", withUsername: false, target: "", version: "", style: "", ...fields },
});

/** State after typing a text whose lint fills the form with fields. */
function pasted(state, text, fields, verdict = "works") {
  state = reduce(state, { type: "uri-text", text });
  return reduce(state, { type: "linted", text, lint: { verdict, findings: [], import: fields && imported(fields) } });
}

test("a pasted string fills the form, keeps what has no field, and leaves client and password source alone", () => {
  let state = reduce(initial(), { type: "ready", targets });
  state = reduce(state, { type: "edit", field: "passwordFrom", value: "none" });
  state = reduce(state, { type: "edit", field: "caFile", value: "/mine.pem" });
  const extra = [{ name: "retryWrites", value: "true" }];
  state = pasted(state, "mongodb://a,b/?replicaSet=rs0", { topology: "replicaSet", hosts: "a, b", replicaSetName: "rs0", extra });
  const { form } = state;
  assert.deepEqual([form.hosts, form.replicaSetName, form.caFile, form.extra], ["a, b", "rs0", "", extra]);
  assert.deepEqual([form.target, form.version, form.passwordFrom], ["pymongo", "4.x", "none"]);
});

test("emptying the pasted text gives the form back, except what was changed by hand since", () => {
  let state = reduce(initial(), { type: "edit", field: "hosts", value: "mine" });
  state = pasted(state, "one", { hosts: "a", password: "geheim", passwordFrom: "inline", extra: [{ name: "w", value: "1" }] });
  assert.deepEqual([state.form.passwordFrom, state.form.password], ["inline", "geheim"]);
  state = pasted(state, "two", { hosts: "b", database: "shop" });
  assert.deepEqual([state.form.hosts, state.form.passwordFrom, state.form.password, state.form.extra], ["b", "env", "", undefined]);
  state = reduce(state, { type: "edit", field: "database", value: "by hand" });
  state = reduce(state, { type: "uri-text", text: " " });
  assert.deepEqual([state.form.hosts, state.form.database, state.uri.lint], ["mine", "by hand", null]);
});

test("an answer fills the form once for each text, and not when it is late", () => {
  let state = pasted(initial(), "one", { hosts: "a" });
  state = reduce(state, { type: "edit", field: "hosts", value: "by hand" });
  state = reduce(state, { type: "linted", text: "one", lint: { verdict: "will-not-work", findings: [], import: imported({ hosts: "a" }) } });
  assert.deepEqual([state.form.hosts, state.uri.lint.verdict], ["by hand", "will-not-work"]);
  state = reduce(state, { type: "uri-text", text: "two" });
  state = reduce(state, { type: "linted", text: "one", lint: { verdict: "works", findings: [] } });
  assert.equal(state.uri.lint.verdict, "will-not-work");
  state = pasted(state, "mongodb://", undefined);
  assert.equal(state.form.hosts, "by hand", "a text without hosts fills nothing");
});

test("clearing forgets a pasted text that holds a secret, and secret options", () => {
  const extra = [{ name: "proxyPassword", value: "p" }, { name: "w", value: "1" }];
  const clear = (state) => reduce(state, { type: "cleared", count: 1 });
  const secret = clear(pasted(initial(), "mongodb://h/?proxyPassword=p", { hosts: "h", extra }));
  assert.deepEqual([secret.uri.text, secret.uri.lint, secret.form.hosts, secret.form.extra], ["", null, "h", [extra[1]]]);
  assert.equal(clear(pasted(initial(), "mongodb://h/?w=1", { hosts: "h" })).uri.text, "mongodb://h/?w=1");
});

test("mask hides passwords and secret options, and moves no character", () => {
  const cases = {
    "mongodb://h:27017/?w=1": "mongodb://h:27017/?w=1",
    "mongodb://a:27017,b:27018?appName=x@y": "mongodb://a:27017,b:27018?appName=x@y",
    "mongodb://[::1]:27017/": "mongodb://[::1]:27017/",
    "mongodb://u@h": "mongodb://u@h",
    "mongodb://u:pw@h": "mongodb://u:••@h",
    "mongodb://u:p@w:/x@h/?w=1": "mongodb://u:••••••@h/?w=1",
    "mongodb://u:p?w@h/?w=1": "mongodb://u:•••@h/?w=1",
    'X="mongodb+srv://u:pw@h"': 'X="mongodb+srv://u:••@h"',
    "mongodb://h/?tlsCertificateKeyFilePassword=a%20b&amp;sslPassword=c;w=1": "mongodb://h/?tlsCertificateKeyFilePassword=•••••&amp;sslPassword=•;w=1",
    "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:abc": "mongodb://h/?authMechanismProperties=•••••••••••••••••••••",
    "": "",
  };
  for (const [text, want] of Object.entries(cases)) assert.equal(mask(text), want);
  assert.ok(isSecret("ProxyPassword") && !isSecret("tlsCertificateKeyFile") && !isSecret("retryWrites"));
});

test("a link's unknown fields and values are left out", () => {
  const hostile = "#v=1&target=__proto__&topology=mesh&style=constructor&hosts=evil.example&password=x&withUsername=1&version=" + "9".repeat(99);
  assert.deepEqual(fromFragment(hostile), { style: "constructor" });
  assert.deepEqual(fromFragment("#section"), {});
  assert.deepEqual(fromFragment("#target=node"), {}, "a link says its version");
  assert.deepEqual(fromFragment(""), {});
});

test("validity: before, within, after, and where today stands", () => {
  const span = ["2026-01-01T00:00:00Z", "2026-01-11T00:00:00Z"];
  const on = (day) => validity(...span, Date.parse(day));
  assert.deepEqual(on("2026-01-06T12:00:00Z"), { phase: "within", days: 4, from: 0, to: 1, today: 0.55 });
  assert.deepEqual(on("2026-01-13T12:00:00Z"), { phase: "after", days: 2, from: 0, to: 0.8, today: 1 });
  assert.deepEqual(on("2025-12-27T00:00:00Z"), { phase: "before", days: 5, from: 1 - 10 / 15, to: 1, today: 0 });
  assert.equal(on("2026-01-11T00:00:01Z").phase, "after");
});

test("validity: a life long ago is still drawn wide enough for its dates", () => {
  const ago = validity("2019-01-01T00:00:00Z", "2019-01-02T00:00:00Z", Date.parse("2026-01-01T00:00:00Z"));
  assert.deepEqual([ago.from, ago.to, ago.today], [0, 0.6, 1]);
});

test("splitName cuts at separators that are not escaped, and loses nothing", () => {
  assert.deepEqual(splitName("CN=al\\,ice+UID=7,O=a=b"), [
    { type: "CN=", value: "al\\,ice", separator: "+" },
    { type: "UID=", value: "7", separator: "," },
    { type: "O=", value: "a=b", separator: "" },
  ]);
  for (const name of ["", "CN=", "CN=a\\\\,O=b", "CN=\\C3\\A9\\ ", "1.2.3=x,,", "CN=a\\", "\\"]) {
    const joined = splitName(name).map((p) => p.type + p.value + p.separator);
    assert.equal(joined.join(""), name);
  }
});

test("commonName is readable", () => {
  assert.equal(commonName("CN=J\\C3\\BCrgen\\, Dr.,O=x"), "Jürgen, Dr.");
  assert.equal(commonName("O=Org,C=US"), "Org");
  assert.equal(commonName("CN=日本"), "日本");
  assert.equal(commonName("0a:1b"), "0a:1b");
});

test("key derivation that takes long is announced with an estimate", () => {
  let state = reduce(initial(), { type: "busy", busy: { what: "unlocking", file: 1 } });
  state = reduce(state, { type: "rounds", rounds: 30_000_000, seconds: 13.6 });
  assert.equal(texts.file.rounds(state.busy.rounds, state.busy.seconds), "Deriving the key: 30,000,000 rounds, about 14 seconds");
  assert.equal(texts.file.rounds(2048, 0), "Deriving the key: 2,048 rounds");
});

test("clients are found by the beginnings of words, by their languages and by what they are also called", () => {
  const clients = [
    { id: "pymongo", label: "PyMongo", language: "python", group: "Python" },
    { id: "node", label: "Node.js driver", language: "javascript", group: "JavaScript" },
    { id: "java-sync", label: "Java driver", language: "java", group: "Java" },
    { id: "csharp", label: "C#/.NET driver", language: "csharp", group: ".NET" },
    { id: "mongosh", label: "mongosh", language: "shell", group: "Shells and tools" },
  ];
  const found = (query) => foundTargets(clients, query).map((one) => one.id);
  assert.deepEqual(found(""), clients.map((one) => one.id));
  assert.deepEqual(found("py"), ["pymongo"]);
  assert.deepEqual(found("Java"), ["java-sync", "node"], "what begins with the words as typed stands first");
  assert.deepEqual(found("js"), ["node"]);
  assert.deepEqual(found("dotnet"), ["csharp"]);
  assert.deepEqual(found("sync"), ["java-sync"], "the parts of an id count");
  assert.deepEqual(found("mongo shell"), ["mongosh"]);
  assert.deepEqual(found("fortran"), []);
});

test("a server's side that cannot be used is told, and what was found without it stands", () => {
  const doctor = { verdict: "works", findings: [], checked: [], report: "" };
  let state = reduce(initial(), { type: "doctor", doctor });
  state = reduce(state, { type: "doctor", doctor: null, problem: { code: "server-subject", field: "serverSubject" } });
  assert.equal(state.doctor, doctor);
  assert.equal(state.serverProblem.field, "serverSubject");
  state = reduce(state, { type: "doctor", doctor });
  assert.equal(state.serverProblem, null);
});

test("an answer about a message that is not there any more is dropped; an empty message has none", () => {
  const diff = { verdict: "equal" };
  let state = reduce(initial(), { type: "message", text: "CN=a" });
  state = reduce(state, { type: "explained", text: "CN=b", explain: null, diff });
  assert.equal(state.message.diff, null);
  state = reduce(state, { type: "explained", text: "CN=a", explain: null, diff });
  assert.equal(state.message.diff, diff);
  state = reduce(state, { type: "message", text: " " });
  assert.equal(state.message.diff, null);
});

test("clearing forgets what was said of the server's certificate, and the names that were compared", () => {
  let state = reduce(initial(), { type: "server", about: { serverVersion: "8.0", serverSubject: "O=a", server: new File([], "s.pem") } });
  state = reduce(state, { type: "message", text: "CN=a" });
  state = reduce(state, { type: "explained", text: "CN=a", explain: null, diff: { verdict: "equal" } });
  state = reduce(state, { type: "cleared", count: 1 });
  assert.deepEqual(state.server, { serverVersion: "8.0", serverSubject: "", server: null, ca: null });
  assert.equal(state.message.diff, null);
});
