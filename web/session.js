// One person's work on the page: the files they gave, what the engine says about them, and their choices.
import { Cancelled, Stopped } from "./client.js";
import { caName, formOf } from "./deployments.js";
import { initial, reduce } from "./state.js";
import { texts } from "./texts.js";

/** @typedef {import("./contract.d.ts").Request} Request */
/** @typedef {import("./contract.d.ts").Response} Response */
/** @typedef {import("./contract.d.ts").Problem} Problem */
/** @typedef {import("./contract.d.ts").Form} Form */

/** Larger files are refused unread: no certificate file comes near. */
export const MAX_FILE = 32 * 1024 * 1024;
/** All files together; what comes after is refused unread. The engine has the same ceiling (certparse/limits.go). */
export const MAX_TOTAL = 32 * 1024 * 1024;

export class Session {
  state = initial();

  #client;
  #changed;
  /**
   * The files behind the engine's ids, so that a fresh engine can be given them again. Passwords are not kept.
   * @type {Map<number, File>}
   */
  #files = new Map();
  /** @type {{ files: File[], samples: Map<File, string> } | undefined} */
  #undo;
  /** What the person waits for, and can cancel; the newest last. @type {Map<AbortController, import("./state.js").Busy>} */
  #tasks = new Map();
  /** Counts what was cleared: what was begun before must not come back after. */
  #life = 0;
  /** The request that was made here, and the certificates that were open then. @type {{ file: File, before: Set<string> } | undefined} */
  #made;
  /** The report that was last compared with a request. @type {import("./state.js").Report | null} */
  #compared = null;
  #asking = false;
  #stale = false;
  /** The client and the certificate that the last lint was for. */
  #lintedFor = "";
  /** What the texts of the server's side were last asked for. */
  #servedFor = "";
  /** The certificate and the message that were last explained. */
  #explained = "";
  /** And the list of forms. */
  #formsFor = "";
  /** Forms and pasted texts that ended the engine. @type {Set<Form | string>} */
  #fatal = new Set();
  #keys = 0;

  /**
   * @param {import("./client.js").Client} client
   * @param {(state: import("./state.js").State) => void} changed
   */
  constructor(client, changed) {
    this.#client = client;
    this.#changed = changed;
    client.addEventListener("ready", () => this.#ready());
    client.addEventListener("stopped", (event) => this.#send({ type: "broken", reason: /** @type {CustomEvent} */ (event).detail }));
  }

  /** @param {keyof Form} field @param {Form[keyof Form]} value */
  edit(field, value) {
    this.#send({ type: "edit", field, value });
    this.#refresh();
  }

  /** @param {Partial<Form>} choices */
  choices(choices) {
    this.#send({ type: "choices", choices });
    this.#refresh();
  }

  /** @param {Partial<import("./state.js").Server>} about */
  describeServer(about) {
    this.#send({ type: "server", about });
    this.#refresh();
  }

  /**
   * offer takes what readDeployments gives; the first is chosen.
   *
   * @param {import("./deployments.js").Deployment[]} all
   */
  offer(all) {
    this.#send({ type: "pinned", all, chosen: 0 });
    if (all.length > 0) this.pin(0);
  }

  /** @param {number} at of the offered deployments */
  pin(at) {
    const { all } = this.state.pinned;
    this.#send({ type: "pinned", all, chosen: at });
    const { caText } = all[at];
    if (caText) this.describeServer({ ca: new File([caText], caName(all[at]), { type: "application/x-pem-file" }) });
    this.choices(formOf(all[at]));
  }

  /** @param {"misconfigured" | "mistranslated"} code @param {string} why the page's owner made a mistake, to be told in place of silence */
  misconfigured(code, why) {
    this.#send({ type: "problem", problem: trouble(code, { ...texts.engine[code], why }) });
  }

  /** @param {string} text that somebody or something printed */
  writeMessage(text) {
    this.#send({ type: "message", text });
    this.#refresh();
  }

  /** @param {boolean} open */
  showURI(open) {
    this.#send({ type: "uri-open", open });
  }

  /** @param {string} text the whole of the field; an empty one gives the form back as it was */
  writeURI(text) {
    this.#send({ type: "uri-text", text });
    this.#refresh();
  }

  /**
   * add opens files. Those that are too large, or cannot be read, are shown as refused.
   *
   * @param {File[]} files
   * @param {Problem} [problem] what to say besides
   */
  async add(files, problem) {
    if (files.length === 0) return;
    this.#undo = undefined;
    const tooLarge = trouble("too-large", texts.file.tooLarge);
    const tooMuch = trouble("too-much", texts.file.tooMuch);
    let total = [...this.#files.values()].reduce((sum, file) => sum + file.size, 0);
    /** @type {File[]} */
    const fitting = [];
    const waiting = files.map((file) => {
      if (file.size > MAX_FILE) return this.#waiting(file, tooLarge);
      if (total + file.size > MAX_TOTAL) return this.#waiting(file, tooMuch);
      total += file.size;
      fitting.push(file);
      return this.#waiting(file);
    });
    this.#send({ type: "waiting", files: waiting });
    if (problem) this.#send({ type: "problem", problem });
    await this.#work({ what: "reading" }, (signal) => this.#open(fitting, new Map(), signal), fitting, waiting);
  }

  /**
   * unlock tries a password on one file, or on all that are locked.
   *
   * @param {number | "all"} file
   * @param {string} password
   */
  async unlock(file, password) {
    const locked = (this.state.report?.files ?? []).filter((f) => (file === "all" ? f.state === "locked" : f.id === file));
    await this.#work(
      { what: "unlocking", file },
      async (signal) => this.#report(await this.#call({ op: "unlock", file: file === "all" ? 0 : file, password }, { signal })),
      locked.flatMap((f) => this.#files.get(f.id) ?? []),
    );
  }

  /** @param {number} file */
  async remove(file) {
    if (!this.#files.delete(file)) return; // pressed twice
    this.#send({ type: "removed", files: [file] });
    await this.#work(null, async () => this.#report(await this.#call({ op: "remove", file })), []);
  }

  /** @param {string} key of a file that was refused unread */
  dismiss(key) {
    this.#send({ type: "dismiss", key });
  }

  /** removeRefused takes away all that could not be opened. */
  async removeRefused() {
    const { report, waiting } = this.state;
    const refused = (report?.files ?? []).filter((f) => f.state === "refused").map((f) => f.id);
    const unread = waiting.filter((f) => f.error);
    for (const { key } of unread) this.dismiss(key);
    for (const id of refused) this.#files.delete(id);
    if (refused.length > 0) {
      this.#send({ type: "removed", files: refused });
      await this.#work(null, async () => this.#report(await this.#call({ op: "remove" })), []);
    }
    this.#send({ type: "notice", text: texts.file.removed(refused.length + unread.length) });
  }

  /** @param {string} identity */
  async choose(identity) {
    await this.#work(
      null,
      async () => {
        const { response } = await this.#call({ op: "choose", identity });
        if (response.chosen) this.#send({ type: "chosen", chosen: response.chosen });
        this.#explain(response);
      },
      [],
    );
  }

  async sample() {
    await this.#work(
      { what: "reading" },
      async (signal) => {
        const { response, files } = await this.#call({ op: "sample" }, { signal });
        if (!response.saved) return this.#explain(response);
        const file = new File([files[0]], response.saved.name);
        await this.#open([file], new Map([[file, response.password ?? ""]]), signal);
      },
      [],
    );
  }

  /** clear forgets all files, and has the engine's memory overwritten. The form stays. */
  async clear() {
    const samples = new Map([...this.state.samples].map(([id, password]) => [/** @type {File} */ (this.#files.get(id)), password]));
    this.#undo = { files: [...this.#files.values()], samples };
    this.#forget();
    const count = this.#undo.files.length;
    this.#send({ type: "cleared", count });
    this.#send({ type: "notice", text: texts.file.cleared(count) });
    await this.#client.reset();
    this.#refresh();
  }

  /** leave ends the engine; nothing can be undone. */
  leave() {
    this.#forget();
    this.#undo = undefined;
    this.#send({ type: "cleared", count: 0 });
    this.#client.stop();
  }

  #forget() {
    this.#life++;
    this.#files.clear();
    this.#made = undefined;
  }

  async undo() {
    const undo = this.#undo;
    this.#undo = undefined;
    if (!undo) return;
    await this.#reopen(undo.files, undo.samples);
    this.#send({ type: "notice", text: texts.file.undone });
  }

  /** cancel ends what the person waits for. The engine's files are opened again, without those that took too long. */
  cancel() {
    for (const controller of this.#tasks.keys()) controller.abort();
  }

  /**
   * request makes a certificate request, and keeps it: what comes back in this visit is compared with it.
   *
   * @param {import("./contract.d.ts").CSRForm} csr
   * @param {string} newPassword
   */
  async request(csr, newPassword) {
    const answer = await this.ask({ op: "csr", csr, newPassword });
    const { saved } = answer?.response ?? {};
    if (answer && saved) {
      const before = new Set(this.state.report?.certificates.map((c) => c.sha256));
      this.#made = { file: new File([answer.files[0]], saved.name), before };
    }
    return answer;
  }

  /**
   * save gives the files of one form.
   *
   * @typedef {{ saved: import("./contract.d.ts").SavedFile, files: Uint8Array<ArrayBuffer>[] }} Saved
   * @param {string} to FileForm.id
   * @param {string} newPassword
   * @param {string} [alias] of the entry in a key store
   * @returns {Promise<Saved | Problem | undefined>}
   */
  async save(to, newPassword, alias) {
    /** @type {Saved | Problem | undefined} */
    let result;
    await this.#work(
      null,
      async () => {
        const { response, files } = await this.#call({ op: "save", form: this.state.form, to, newPassword, alias });
        result = response.saved ? { saved: response.saved, files } : (response.error ?? trouble("internal", texts.engine.bug));
      },
      [],
    );
    return result;
  }

  /**
   * ask puts one question that changes nothing of the state; undefined when the engine ended over it, which is told elsewhere.
   *
   * @param {Request} request
   */
  async ask(request) {
    /** @type {import("./client.js").Answer | undefined} */
    let answer;
    await this.#work(null, async () => void (answer = await this.#call(request)), []);
    return answer;
  }

  async #ready() {
    const { response } = await this.#call({ op: "targets" });
    this.#send({ type: "ready", targets: response.targets ?? [] });
    this.#refresh();
  }

  /**
   * #work does one thing with the engine. When the engine ends underneath, or the person cancels, the files that were
   * open before are opened again, without the suspects.
   *
   * @param {import("./state.js").Busy | null} busy
   * @param {(signal: AbortSignal) => Promise<void>} task
   * @param {File[]} suspects
   * @param {import("./state.js").WaitingFile[]} [waiting] wait for it no longer
   */
  async #work(busy, task, suspects, waiting = []) {
    const life = this.#life;
    const controller = new AbortController();
    if (busy) {
      this.#tasks.set(controller, busy);
      this.#send({ type: "busy", busy });
    }
    try {
      await task(controller.signal);
    } catch (error) {
      if (life !== this.#life) return; // it was cleared meanwhile
      if (controller.signal.aborted) {
        await this.#restore([]);
        if (life === this.#life) this.#send({ type: "notice", text: texts.file.cancelled });
      } else if (!(error instanceof Cancelled)) {
        await this.#restore(suspects);
        const crashed = trouble("crashed", texts.file.crashed);
        if (suspects.length > 0) this.#send({ type: "waiting", files: suspects.map((file) => this.#waiting(file, crashed)) });
        else this.#send({ type: "problem", problem: trouble("crashed", texts.engine.bug) });
      } // or else something else was cancelled, and this with it
    } finally {
      this.#tasks.delete(controller);
      if (busy) this.#send({ type: "idle", busy: [...this.#tasks.values()].at(-1) ?? null, done: waiting.map((file) => file.key) });
    }
    this.#refresh();
  }

  /**
   * #restore gives a fresh engine the files that the lost one had.
   *
   * @param {File[]} suspects are left out
   */
  async #restore(suspects) {
    const { samples } = this.state;
    const keep = [...this.#files].filter(([, file]) => !suspects.includes(file));
    const passwords = new Map(keep.filter(([id]) => samples.has(id)).map(([id, file]) => [file, samples.get(id) ?? ""]));
    this.#files.clear();
    this.#send({ type: "lost" });
    if (keep.length === 0) return;
    await this.#reopen(
      keep.map(([, file]) => file),
      passwords,
    );
  }

  /** @param {File} file @param {Problem} [error] */
  #waiting(file, error) {
    return { key: `w${++this.#keys}`, name: file.name, size: file.size, error };
  }

  /** @param {File[]} files @param {Map<File, string>} passwords */
  async #reopen(files, passwords) {
    const waiting = files.map((file) => this.#waiting(file));
    this.#send({ type: "waiting", files: waiting });
    await this.#work({ what: "reading" }, (signal) => this.#open(files, passwords, signal), files, waiting);
  }

  /**
   * @param {File[]} files
   * @param {Map<File, string>} passwords of samples
   * @param {AbortSignal} signal
   */
  async #open(files, passwords, signal) {
    const life = this.#life;
    const read = await Promise.allSettled(files.map((file) => file.arrayBuffer()));
    if (life !== this.#life) throw new Cancelled();
    const opened = files.filter((_, i) => read[i].status === "fulfilled");
    const lost = files.filter((_, i) => read[i].status === "rejected");
    if (lost.length > 0) {
      const error = trouble("unreadable", texts.file.unreadable);
      this.#send({ type: "waiting", files: lost.map((file) => this.#waiting(file, error)) });
    }
    if (opened.length === 0) return;
    const answer = await this.#call(
      { op: "add", files: opened.map((file) => ({ name: file.name, password: passwords.get(file) })) },
      { signal, files: read.flatMap((r) => (r.status === "fulfilled" ? [new Uint8Array(r.value)] : [])) },
    );
    const fresh = (answer.response.report?.files ?? []).map((f) => f.id).filter((id) => !this.#files.has(id));
    fresh.sort((a, b) => a - b).forEach((id, i) => {
      this.#files.set(id, opened[i]);
      const password = passwords.get(opened[i]);
      if (password !== undefined) this.#send({ type: "sample", file: id, password });
    });
    this.#report(answer);
  }

  /**
   * @param {Request} request
   * @param {{ files?: Uint8Array<ArrayBuffer>[], signal?: AbortSignal }} [options]
   */
  #call(request, options) {
    return this.#client.call(request, { ...options, rounds: (deriving) => this.#send({ type: "rounds", ...deriving }) });
  }

  /** @param {import("./client.js").Answer} answer */
  #report({ response }) {
    // What was removed while the engine was at work is in its answer still.
    if (response.report) this.#send({ type: "report", report: { ...response.report, files: response.report.files.filter((f) => this.#files.has(f.id)) } });
    this.#explain(response);
  }

  /** @param {Response} response */
  #explain({ error, internal }) {
    if (internal) this.#send({ type: "problem", problem: trouble("internal", texts.engine.bug) });
    else if (error) this.#send({ type: "problem", problem: error });
  }

  /**
   * #refresh asks for what follows from the pasted text and the form, one question at a time: while an answer is on its
   * way, changes only mark it stale.
   */
  async #refresh() {
    this.#stale = true;
    if (this.#asking || this.state.engine !== "ready") return;
    this.#asking = true;
    /** @type {Form | string} */
    let about = "";
    try {
      while (this.#stale) {
        this.#stale = false;
        const { uri, form, report } = this.state;
        const { text } = uri;
        const client = `${form.target} ${form.version} ${report?.identity ?? ""}`;
        if (text.trim() !== "" && !this.#fatal.has(text) && (uri.linted !== text || this.#lintedFor !== client)) {
          about = text;
          const { response } = await this.#call({ op: "lint", text, target: form.target, version: form.version });
          this.#lintedFor = client;
          if (response.lint) this.#send({ type: "linted", text, lint: response.lint });
          this.#explain(response);
        }
        const wanted = (about = this.state.form);
        if (this.#fatal.has(wanted)) continue;
        const { response } = await this.#call({ op: "render", form: wanted });
        if (response.rendered) this.#send({ type: "rendered", rendered: response.rendered, form: wanted });
        if (this.#formsFor !== client) {
          const { response } = await this.#call({ op: "forms", target: form.target });
          this.#formsFor = client;
          this.#send({ type: "forms", forms: response.forms ?? [] });
        }
        await this.#compare();
        await this.#serve();
        await this.#examine();
        await this.#explainMessage();
      }
    } catch (error) {
      // After a reset, whoever reset asks again. What ends the engine must not be asked about again.
      if (!(error instanceof Stopped)) return;
      this.#fatal.add(about);
      await this.#restore([]);
      this.#send({ type: "problem", problem: trouble("crashed", texts.engine.bug) });
    } finally {
      this.#asking = false;
    }
    if (this.#stale) this.#refresh();
  }

  /** #serve asks for what goes on the server's side, when something has changed that it depends on. */
  async #serve() {
    const { form, report } = this.state;
    const { topology, hosts, replicaSetName, caFile, username, allUsers, roles } = form;
    const about = JSON.stringify([report?.identity, report?.identities.length, topology, hosts, replicaSetName, caFile, username, allUsers, roles]);
    if (about === this.#servedFor) return;
    const { response } = await this.#call({ op: "server", form });
    this.#servedFor = about;
    if (response.server) this.#send({ type: "served", served: response.server });
    this.#explain(response);
  }

  /** #compare lays what is open beside the requests among the files, or beside the one that was made here. */
  async #compare() {
    const { report } = this.state;
    if (report === this.#compared) return;
    const opened = (report?.files ?? []).filter((f) => f.request).flatMap((f) => this.#files.get(f.id) ?? []);
    const requests = opened.length > 0 ? opened : this.#made ? [this.#made.file] : [];
    let reply = null;
    if (report?.identities.length && requests.length > 0) {
      const bytes = await Promise.all(requests.map((file) => file.arrayBuffer().then((b) => new Uint8Array(b), () => new Uint8Array())));
      const { response } = await this.#call({ op: "reply", files: requests.map(({ name }) => ({ name, role: "request" })) }, { files: bytes });
      reply = response.reply ?? null;
      if (reply && opened.length === 0 && !this.#cameBack(reply)) reply = null;
    }
    this.#compared = report;
    if (report === this.state.report) this.#send({ type: "reply", reply });
  }

  /**
   * #cameBack tells what an authority may have sent for the request that was made here from what has nothing to do with it: a
   * certificate from before, or of another key and another name.
   *
   * @param {import("./contract.d.ts").Reply} reply
   */
  #cameBack({ certificate, findings }) {
    const changed = (/** @type {string} */ id) => findings.some((f) => f.id === id);
    return !this.#made?.before.has(certificate) && !(changed("reply-key") && changed("reply-subject"));
  }

  /** #explainMessage asks what the pasted message is about, and how a name in it relates to the chosen certificate's. */
  async #explainMessage() {
    const { message, report } = this.state;
    const about = `${report?.identity ?? ""} ${message.text}`;
    if (about === this.#explained || message.text.trim() === "") return;
    const { response } = await this.#call({ op: "explain", text: message.text });
    const names = report?.identity ? (await this.#call({ op: "diff", text: message.text })).response : {};
    this.#explained = about;
    this.#send({ type: "explained", text: message.text, explain: response.explain ?? null, diff: names.diff ?? null });
    this.#explain(response);
  }

  /** #examine asks what would stop a login with all that is known. */
  async #examine() {
    const { form, report, uri, server } = this.state;
    if (!report?.files.length) return;
    const beside = /** @type {const} */ (["server", "ca"]).flatMap((role) => (server[role] ? [{ role, file: server[role] }] : []));
    const bytes = await Promise.allSettled(beside.map(({ file }) => file.arrayBuffer()));
    const { response } = await this.#call(
      {
        op: "doctor",
        form,
        text: uri.lint?.import ? uri.text : "",
        serverVersion: server.serverVersion,
        serverSubject: server.serverSubject,
        files: beside.map(({ role, file }) => ({ name: file.name, role })),
      },
      { files: bytes.map((read) => read.status === "fulfilled" ? new Uint8Array(read.value) : new Uint8Array()) },
    );
    // The files may have gone meanwhile.
    if (this.state.report) this.#send({ type: "doctor", doctor: response.doctor ?? null, problem: response.error });
    if (response.internal) this.#explain(response);
  }

  /** @param {import("./state.js").Event} event */
  #send(event) {
    this.state = reduce(this.state, event);
    this.#changed(this.state);
  }
}

/**
 * @param {string} code
 * @param {{ what: string, why: string, fix: string }} words
 * @returns {Problem}
 */
function trouble(code, words) {
  return { code, ...words };
}
