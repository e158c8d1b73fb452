// What becomes of files and form when the engine is slow, stops, or is reset. The engine here is a stand-in that keeps
// names only: what is tested is what it is asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cancelled, Stopped } from "../../web/client.js";
import { MAX_FILE, MAX_TOTAL, Session } from "../../web/session.js";

class Engine extends EventTarget {
  asked = [];
  resets = 0;
  stops = 0;
  reply = { certificate: "new", findings: [] };
  hold = new Map(); // op -> what it does instead
  #files = [];
  #next = 1;
  #pending = new Set();

  async call(request, { signal } = {}) {
    this.asked.push(structuredClone(request));
    const odd = this.hold.get(request.op);
    if (odd) {
      return new Promise((resolve, reject) => {
        this.#pending.add(reject);
        signal?.addEventListener("abort", () => this.reset());
        odd({ resolve, reject, engine: this });
      });
    }
    await null;
    return { response: this.#answer(request), files: ["sample", "csr"].includes(request.op) ? [new Uint8Array([1])] : [] };
  }

  #answer({ op, files = [], file, form, text, identity }) {
    if (op === "targets") return { targets: ["pymongo", "node"].map((id) => ({ id, styles: ["constructor"], versions: ["4", "3"] })) };
    if (op === "lint") return { lint: { verdict: "works", findings: [], import: { hosts: text, password: "" } } };
    if (op === "render") return { rendered: { for: form.hosts } };
    if (op === "server") return { server: { username: "", texts: [], roles: [] } };
    if (op === "explain") return { explain: { entries: [] } };
    if (op === "forms") return { forms: [{ id: "combined-pem" }] };
    if (op === "doctor") return { doctor: { verdict: "works", findings: [], checked: [], report: text } };
    if (op === "choose") return { chosen: { identity } };
    if (op === "csr") return { saved: { name: "client.csr" } };
    if (op === "reply") return { reply: this.reply };
    if (op === "sample") return { saved: { name: "sample.p12" }, password: "sample" };
    for (const { name } of files) this.#files.push({ id: this.#next++, name, size: 1, kind: "", state: /bad/.test(name) ? "refused" : "locked", request: /csr$/.test(name) });
    if (op === "remove") this.#files = this.#files.filter((f) => (file ? f.id !== file : f.state !== "refused"));
    return { report: { files: [...this.#files], identities: this.#files.map(({ name }) => ({ leaf: name, key: null })), keys: [], certificates: [], findings: [] } };
  }

  /** The engine's memory is gone, as after a reset or a crash. */
  lose(reason) {
    this.#files = [];
    this.#next = 1;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending) reject(reason);
  }

  async reset() {
    this.resets++;
    this.lose(new Cancelled());
  }

  stop() {
    this.stops++;
    this.lose(new Cancelled());
  }
}

async function started() {
  const engine = new Engine();
  const session = new Session(engine, () => {});
  engine.dispatchEvent(new CustomEvent("ready"));
  await settled();
  return { engine, session, adds: () => engine.asked.filter((r) => r.op === "add").map((r) => r.files.map((f) => f.name)) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const file = (name) => new File(["x"], name);
const names = (session) => [...(session.state.report?.files ?? []), ...session.state.waiting].map((f) => f.name);

test("a file over the limit is refused without being read", async () => {
  const { session, adds } = await started();
  const large = file("large.iso");
  Object.defineProperty(large, "size", { value: MAX_FILE + 1 });
  large.arrayBuffer = () => assert.fail("it was read");
  await session.add([large, file("a.pem")]);
  assert.deepEqual(adds(), [["a.pem"]]);
  assert.equal(session.state.waiting[0].error.code, "too-large");
});

test("a file that cannot be read is said so, and the others are opened", async () => {
  const { session, adds } = await started();
  const gone = file("gone.pem");
  gone.arrayBuffer = () => Promise.reject(new Error("moved"));
  await session.add([gone, file("a.pem")]);
  assert.deepEqual(adds(), [["a.pem"]]);
  assert.equal(session.state.waiting[0].error.code, "unreadable");
});

test("an engine that stops is given the other files again, and the form stays", async () => {
  const { engine, session } = await started();
  session.edit("hosts", "db.example.net");
  await session.add([file("good.pem")]);
  engine.hold.set("unlock", ({ engine }) => engine.lose(new Stopped("boom")));
  await session.add([file("bad.p12")]);
  await session.unlock(2, "secret");
  assert.deepEqual(names(session), ["good.pem", "bad.p12"]);
  assert.equal(session.state.waiting[0].error.code, "crashed");
  assert.equal(session.state.form.hosts, "db.example.net");
  assert.equal(session.state.busy, null);
  engine.hold.clear();
  await session.clear();
  await session.undo();
  assert.deepEqual(names(session), ["good.pem"], "what stopped the engine is not among what Undo brings back");
});

test("a file that stops the engine while it is added is not added again", async () => {
  const { engine, session, adds } = await started();
  await session.add([file("good.pem")]);
  engine.hold.set("add", ({ engine }) => {
    engine.hold.delete("add");
    engine.lose(new Stopped("boom"));
  });
  await session.add([file("bad.p12")]);
  assert.deepEqual(adds(), [["good.pem"], ["bad.p12"], ["good.pem"]]);
  assert.deepEqual(names(session), ["good.pem", "bad.p12"]);
});

test("cancelling an unlock keeps every file, and says that passwords are wanted again", async () => {
  const { engine, session } = await started();
  await session.add([file("a.p12"), file("b.p12")]);
  engine.hold.set("unlock", () => {});
  const unlocking = session.unlock(1, "secret");
  await settled();
  assert.equal(session.state.busy.what, "unlocking");
  session.cancel();
  await unlocking;
  assert.equal(engine.resets, 1);
  assert.deepEqual(names(session), ["a.p12", "b.p12"]);
  assert.match(session.state.notice, /Cancelled/);
});

test("clearing resets the engine; undo opens the same files, with a sample's password and no other", async () => {
  const { engine, session, adds } = await started();
  await session.add([file("a.p12")]);
  await session.unlock(1, "secret");
  await session.sample();
  await session.clear();
  assert.equal(engine.resets, 1);
  assert.deepEqual([names(session), session.state.cleared], [[], 2]);
  await session.undo();
  assert.deepEqual(adds().at(-1), ["a.p12", "sample.p12"]);
  assert.deepEqual(engine.asked.findLast((r) => r.op === "add").files.map((f) => f.password), [undefined, "sample"]);
  assert.deepEqual([names(session), session.state.cleared], [["a.p12", "sample.p12"], 0]);
});

test("after other files are added there is nothing to undo", async () => {
  const { session } = await started();
  await session.add([file("a.p12")]);
  await session.clear();
  await session.add([file("b.p12")]);
  await session.undo();
  assert.deepEqual(names(session), ["b.p12"]);
});

test("typing asks for step 3 one question at a time, and ends with the last", async () => {
  const { engine, session } = await started();
  const before = engine.asked.length;
  for (const hosts of ["d", "db", "db.", "db.e"]) session.edit("hosts", hosts);
  await settled();
  const renders = engine.asked.slice(before).filter((r) => r.op === "render");
  assert.equal(renders.length, 2);
  assert.equal(session.state.rendered.for, "db.e");
});

test("a form that ends the engine is asked about once; the files come back, and the next change is asked about", async () => {
  const { engine, session } = await started();
  await session.add([file("a.pem")]);
  engine.hold.set("render", ({ engine }) => {
    engine.lose(new Stopped("boom"));
    setTimeout(() => engine.dispatchEvent(new CustomEvent("ready")), 2);
  });
  session.edit("hosts", "fatal");
  await settled();
  const fatal = () => engine.asked.filter((r) => r.op === "render" && r.form.hosts === "fatal").length;
  await settled();
  assert.equal(fatal(), 1);
  assert.deepEqual(names(session), ["a.pem"]);
  assert.equal(session.state.problem.code, "crashed");
  engine.hold.clear();
  session.edit("hosts", "good");
  await settled();
  assert.equal(session.state.rendered.for, "good");
  assert.equal(fatal(), 1);
});

test("a pasted string is linted once for each text, client, version and user name, and what it fills is rendered", async () => {
  const { engine, session } = await started();
  const lints = () => engine.asked.filter((r) => r.op === "lint").map((r) => `${r.text} ${r.target} ${r.version}`);
  session.writeURI("a");
  await settled();
  assert.equal(session.state.rendered.for, "a");
  session.edit("database", "shop");
  await settled();
  assert.deepEqual(lints(), ["a pymongo 4"]);
  session.edit("version", "3");
  await settled();
  session.edit("version", "4");
  await settled();
  session.edit("target", "node");
  await settled();
  session.writeURI("");
  await settled();
  session.writeURI("a");
  await settled();
  assert.deepEqual(lints(), ["a pymongo 4", "a pymongo 3", "a pymongo 4", "a node 4", "a node 4"]);
});

test("a pasted string that ends the engine is asked about once, and the form still is", async () => {
  const { engine, session } = await started();
  engine.hold.set("lint", ({ engine }) => {
    engine.lose(new Stopped("boom"));
    engine.dispatchEvent(new CustomEvent("ready"));
  });
  session.writeURI("fatal");
  await settled();
  assert.deepEqual(engine.asked.map((r) => r.op).slice(-3), ["lint", "targets", "render"], "the new engine renders the form unasked");
  session.edit("hosts", "good");
  await settled();
  await settled();
  assert.equal(engine.asked.filter((r) => r.op === "lint").length, 1);
  assert.equal(session.state.rendered.for, "good");
  assert.equal(session.state.problem.code, "crashed");
});

test("leaving ends the engine and forgets the files", async () => {
  const { engine, session } = await started();
  await session.add([file("a.p12")]);
  session.leave();
  assert.equal(engine.stops, 1);
  assert.deepEqual(names(session), []);
  await session.undo();
  assert.deepEqual(names(session), []);
});

test("one password is tried on all locked files", async () => {
  const { engine, session } = await started();
  await session.add([file("a.p12"), file("b.p12")]);
  await session.unlock("all", "secret");
  const asked = engine.asked.findLast((request) => request.op === "unlock");
  assert.deepEqual([asked.file, asked.password], [0, "secret"]);
});

test("files that are too much together are refused unread, the others opened", async () => {
  const { session, adds } = await started();
  const half = new File([new Uint8Array(MAX_TOTAL / 2 + 1)], "half");
  const other = new File([new Uint8Array(MAX_TOTAL / 2)], "other half");
  await session.add([half, other, file("small.pem")]);
  assert.deepEqual(adds(), [["half", "small.pem"]]);
  assert.deepEqual(session.state.waiting.map((f) => [f.name, f.error?.code]), [["other half", "too-much"]]);
});

test("the check has all that is known: the form, the pasted string, the server's side", async () => {
  const { engine, session } = await started();
  await session.add([file("a.pem")]);
  session.writeURI("db.example.net");
  session.describeServer({ serverVersion: "8.0", server: file("server.pem") });
  await settled();
  const asked = engine.asked.findLast((request) => request.op === "doctor");
  assert.deepEqual(
    [asked.form.hosts, asked.text, asked.serverVersion, asked.files],
    ["db.example.net", "db.example.net", "8.0", [{ name: "server.pem", role: "server" }]],
  );
  assert.equal(session.state.doctor.verdict, "works");
});

test("what follows from the client alone is asked once for each", async () => {
  const { engine, session } = await started();
  const count = (op) => engine.asked.filter((request) => request.op === op).length;
  const [forms, server] = [count("forms"), count("server")];
  session.edit("database", "app");
  await settled();
  assert.deepEqual([count("forms"), count("server")], [forms, server]);
  session.edit("target", "node");
  await settled();
  assert.deepEqual([count("forms"), count("server")], [forms + 1, server]);
  session.edit("hosts", "db.example.net");
  await settled();
  assert.equal(count("server"), server + 1);
});

test("choosing changes what the answer holds, and leaves the rest of the report as the same objects", async () => {
  const { session } = await started();
  await session.add([file("a.pem"), file("b.pem")]);
  const { identities, files } = session.state.report;
  await session.choose("b.pem");
  assert.equal(session.state.report.identity, "b.pem");
  assert.ok(session.state.report.identities === identities && session.state.report.files === files);
});

test("a file that is removed goes at once, though the engine is busy, and a second press asks nothing", async () => {
  const { engine, session } = await started();
  await session.add([file("a.p12"), file("b.p12")]);
  engine.hold.set("unlock", ({ resolve }) => void (engine.release = resolve));
  const unlocking = session.unlock(2, "secret");
  await settled();
  engine.hold.set("remove", () => {}); // behind the unlock
  session.remove(1);
  session.remove(1);
  assert.deepEqual(names(session), ["b.p12"]);
  // The answer was made before the file went.
  engine.release({ response: { report: { files: [{ id: 1, name: "a.p12" }, { id: 2, name: "b.p12" }], identities: [], keys: [], certificates: [], findings: [] } } });
  await unlocking;
  assert.deepEqual(names(session), ["b.p12"]);
  assert.equal(engine.asked.filter((r) => r.op === "remove").length, 1);
});

test("all that was refused goes together: by the engine, and unread", async () => {
  const { engine, session } = await started();
  const large = file("large.iso");
  Object.defineProperty(large, "size", { value: MAX_FILE + 1 });
  await session.add([file("a.pem"), file("bad.txt"), large, file("bad.doc")]);
  await session.removeRefused();
  assert.deepEqual(names(session), ["a.pem"]);
  assert.equal(engine.asked.filter((r) => r.op === "remove").length, 1);
  assert.equal(session.state.notice, "3 files removed.");
  await session.clear();
  await session.undo();
  assert.deepEqual(names(session), ["a.pem"]);
});

test("of two that are under way, the one that ends first leaves the other's files and its Cancel", async () => {
  const { engine, session } = await started();
  const answers = [];
  engine.hold.set("add", ({ resolve }) => answers.push(resolve));
  const report = (...files) => ({ response: { report: { files, identities: [], keys: [], certificates: [], findings: [] } } });
  const both = [session.add([file("a.pem")]), session.add([file("b.pem")])];
  await settled();
  answers[0](report({ id: 1, name: "a.pem" }));
  await both[0];
  assert.deepEqual([names(session), session.state.busy?.what], [["a.pem", "b.pem"], "reading"]);
  answers[1](report({ id: 1, name: "a.pem" }, { id: 2, name: "b.pem" }));
  await both[1];
  assert.deepEqual([names(session), session.state.busy], [["a.pem", "b.pem"], null]);
});

test("a file that is still being read when all is cleared does not come in afterwards", async () => {
  const { session, adds } = await started();
  const slow = file("slow.pem");
  let read;
  slow.arrayBuffer = () => new Promise((resolve) => (read = resolve));
  const adding = session.add([slow]);
  await settled();
  await session.clear();
  read(new ArrayBuffer(1));
  await adding;
  assert.deepEqual([adds(), names(session), session.state.busy], [[], [], null]);
});

test("the request that was made here is compared with what is opened next, also by a new engine, until all is cleared", async () => {
  const { engine, session } = await started();
  const replies = () => engine.asked.filter((r) => r.op === "reply").map((r) => r.files.map((f) => f.name).join());
  await session.request({ subject: "CN=a", keyType: "" }, "");
  await settled();
  assert.deepEqual(replies(), [], "nothing is open");
  await session.add([file("a.pem")]);
  await settled();
  assert.deepEqual([replies(), session.state.reply], [["client.csr"], engine.reply]);
  engine.hold.set("unlock", () => {});
  const unlocking = session.unlock(1, "secret");
  await settled();
  session.cancel();
  await unlocking;
  await settled();
  assert.deepEqual([replies().length, session.state.reply], [2, engine.reply]);

  // A request among the files goes before it.
  await session.add([file("b.csr")]);
  await settled();
  assert.equal(replies().at(-1), "b.csr");
  await session.clear();
  assert.equal(session.state.reply, null);
  await session.add([file("a.pem")]);
  await settled();
  assert.deepEqual([replies().length, session.state.reply], [3, null]);
});

test("a certificate that has nothing to do with the request that was made here is not compared with it", async () => {
  const { engine, session } = await started();
  await session.request({ subject: "CN=a", keyType: "" }, "");
  for (const [ids, is] of [[["reply-key"], true], [["reply-subject"], true], [["reply-key", "reply-subject"], false]]) {
    engine.reply = { certificate: "new", findings: ids.map((id) => ({ id })) };
    await session.add([file("a.pem")]);
    await settled();
    assert.equal(session.state.reply !== null, is, ids.join());
  }
});
