// The deployments that a company offers to its people, as one JSON list. docs/embedding.md describes the fields.
import { topologies } from "./state.js";

/** @typedef {import("./contract.d.ts").Form} Form */
/**
 * @typedef {object} Deployment
 * @property {string} name what people call it
 * @property {string} topology one of single, replicaSet, sharded, srv
 * @property {string} hosts with commas between
 * @property {string} replicaSetName
 * @property {string} database
 * @property {string} caFile where the CA file lies on people's machines
 * @property {string} caText the CA's certificates, as PEM
 * @property {string} certificateKeyFile where the certificate lies
 * @property {string} target the client's id; "" leaves the choice as it is
 */

const LIMITS = { deployments: 100, text: 1024, pem: 256 * 1024 };

/** @type {Record<string, (value: unknown) => string | undefined>} undefined where the value is none */
const fields = {
  name: (v) => (text(v) ? v.trim() || undefined : undefined),
  topology: (v) => (typeof v === "string" && topologies.includes(v) ? v : undefined),
  hosts: (v) => (Array.isArray(v) ? (v.every(text) ? v.join(", ") : undefined) : text(v) ? v : undefined),
  replicaSetName: plain,
  database: plain,
  caFile: plain,
  caText: (v) => (typeof v === "string" && v.length <= LIMITS.pem && v.includes("-----BEGIN CERTIFICATE-----") && !v.includes("PRIVATE KEY") ? v : undefined),
  certificateKeyFile: plain,
  target: (v) => (typeof v === "string" && /^[a-z0-9-]{1,40}$/.test(v) ? v : undefined),
};

/** @param {unknown} v @returns {v is string} */
function text(v) {
  return typeof v === "string" && v.length <= LIMITS.text && !/[\0-\x1f\x7f]/.test(v);
}

/** @param {unknown} v */
function plain(v) {
  return text(v) ? v : undefined;
}

/**
 * readDeployments checks a list and fills in what it leaves out. A field that does not exist is refused too: it would be
 * a misspelt one that nobody misses until the code is wrong.
 *
 * @param {unknown} given an array, or its JSON
 * @returns {Deployment[]}
 * @throws {TypeError} that says where the mistake is
 */
export function readDeployments(given) {
  const all = typeof given === "string" ? parse(given) : given;
  if (!Array.isArray(all)) throw new TypeError("deployments: a list is wanted, [{...}, ...]");
  if (all.length > LIMITS.deployments) throw new TypeError(`deployments: at most ${LIMITS.deployments} are taken`);
  return all.map((one, at) => {
    const where = `deployments[${at}]`;
    if (typeof one !== "object" || one === null || Array.isArray(one)) throw new TypeError(`${where}: an object is wanted`);
    const deployment = { topology: "single", hosts: "", replicaSetName: "", database: "", caFile: "", caText: "", certificateKeyFile: "", target: "" };
    for (const [field, value] of Object.entries(one)) {
      const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (!read) throw new TypeError(`${where}.${field}: there is no such field; there are ${Object.keys(fields).join(", ")}`);
      const taken = read(value);
      if (taken === undefined) throw new TypeError(`${where}.${field}: this value is not taken`);
      Object.assign(deployment, { [field]: taken });
    }
    if (!("name" in deployment)) throw new TypeError(`${where}.name: it is missing`);
    return /** @type {Deployment} */ (deployment);
  });
}

/** @param {string} json */
function parse(json) {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TypeError(`deployments: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * formOf is what a deployment sets in the form.
 *
 * @param {Deployment} deployment
 * @returns {Partial<Form>}
 */
export function formOf({ name: _, caText, target, caFile, ...rest }) {
  return { ...rest, caFile: caFile || (caText && caName({ caFile })), ...(target && { target }) };
}

/**
 * caName is what the file with the CA's certificates is called.
 *
 * @param {Pick<Deployment, "caFile">} deployment
 */
export function caName({ caFile }) {
  return caFile.split(/[\\/]/).at(-1) || "ca.pem";
}
