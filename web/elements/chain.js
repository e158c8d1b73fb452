// The chain as a drawing, with the key at its place, and the certificate's own facts.
import { h, list, setText } from "../dom.js";
import { certificateOf, chosenIdentity, chosenKey, commonName } from "../state.js";
import { texts } from "../texts.js";
import { icon } from "./icons.js";
import { date } from "./validity.js";

const t = texts.chain;

/** @typedef {import("../contract.d.ts").Report} Report */
/** @typedef {import("../contract.d.ts").Certificate} Certificate */
/** @typedef {{ id: string, look: string, name: string, role: string, until?: string, key?: { look: string, words: string } }} Node */

export function chainDrawing() {
  const nodes = h("ol", { class: "chain" });
  const fill = list(nodes, (/** @type {Node} */ node) => node.id, () => {
    const name = h("span", { class: "link-name", translate: "no" });
    const role = h("span", { class: "link-role" });
    const keyWords = h("span", {});
    const key = h("span", { class: "link-key", hidden: true }, icon("key"), keyWords);
    const root = h("li", {}, h("span", { class: "dot", "aria-hidden": "true" }), name, role, key);
    return {
      root,
      update(/** @type {Node} */ node) {
        root.dataset.look = node.look;
        setText(name, node.name);
        setText(role, node.until ? `${node.role}, ${t.until(node.until)}` : node.role);
        key.hidden = !node.key;
        key.dataset.look = node.key?.look ?? "";
        setText(keyWords, node.key?.words ?? "");
      },
    };
  });
  return {
    root: h("div", { class: "chain-box" }, h("h3", {}, t.title), nodes),
    /** @param {Report} report */
    update: (report) => fill(nodesOf(report)),
  };
}

/**
 * @param {Report} report
 * @returns {Node[]}
 */
function nodesOf(report) {
  const identity = chosenIdentity(report);
  const leaf = certificateOf(report, identity?.leaf);
  const chain = [leaf, ...(identity?.chain ?? []).map((sha256) => certificateOf(report, sha256))].filter((c) => c !== undefined);
  /** @type {Node[]} */
  const nodes = chain.map((certificate, i) => ({
    id: certificate.sha256,
    look: i === 0 ? "leaf" : "ca",
    name: certificate.friendlyName && i === 0 ? certificate.friendlyName : commonName(certificate.username ?? certificate.serial),
    role: role(certificate, i),
    until: date(certificate.notAfter),
    key: i === 0 ? keyOf(report) : undefined,
  }));
  const last = chain.at(-1);
  if (last && !last.selfIssued) {
    nodes.push({ id: "missing", look: "missing", name: commonName(last.issuer), role: t.missing });
  }
  report.keys.forEach((key, i) => {
    if (key.certificate === null && !key.locked) {
      nodes.push({ id: `key-${i}`, look: "stray", name: keyType(key), role: t.stray });
    }
  });
  return nodes;
}

/** @param {Certificate} certificate @param {number} place */
function role(certificate, place) {
  if (certificate.selfIssued) return place === 0 ? t.selfIssued : t.root;
  return place === 0 ? t.leaf : t.ca;
}

/** @param {Report} report */
function keyOf(report) {
  const key = chosenKey(report);
  if (key) return { look: "present", words: `${t.key}, ${key.encrypted ? key.encryption.split(",")[0] : t.keyPlain}` };
  if (report.keys.some((k) => k.locked)) return { look: "locked", words: t.keyLocked };
  return { look: "absent", words: t.noKey };
}

/** @param {{ type?: string, keyType?: string, bits?: number, curve?: string }} key */
function keyType({ type, keyType, bits, curve }) {
  return [type ?? keyType, curve ?? bits].filter(Boolean).join(" ");
}

export function facts() {
  const rows = h("dl", { class: "facts" });
  const fill = list(rows, (/** @type {[string, string]} */ row) => row[0], ([term]) => {
    const value = h("dd", { translate: "no" });
    return {
      root: h("div", {}, h("dt", {}, term), value),
      update: (/** @type {[string, string]} */ row) => setText(value, row[1]),
    };
  });
  const summary = h("span", { class: "facts-short" });
  return {
    root: h("details", { class: "plain" }, h("summary", {}, texts.facts.title, summary), rows),
    /** @param {Certificate} c */
    update(c) {
      setText(summary, `${keyType(c)}, ${c.signature}`);
      /** @type {[string, string | undefined][]} */
      const all = [
        [texts.facts.key, keyType(c)],
        [texts.facts.signature, c.signature],
        [texts.facts.issuer, c.issuer],
        [texts.facts.serial, c.serial],
        [texts.facts.names, c.altNames?.join(", ")],
        [texts.facts.roles, c.roles?.join(", ")],
        [texts.facts.friendlyName, c.friendlyName],
        [texts.facts.localKeyId, c.localKeyId],
        [texts.facts.sha256, c.sha256],
        [texts.facts.oddities, c.oddities?.join("; ")],
      ];
      fill(/** @type {[string, string][]} */ (all.filter(([, value]) => value)));
    },
  };
}
