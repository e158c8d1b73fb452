// Certificates that are the same bytes each time, for pictures and for large numbers: DER put together here, around EC keys
// that follow from their names. Their signatures are empty of meaning; nothing that reads them here checks those.
import { createECDH, createHash } from "node:crypto";

const oids = { CN: "550403", C: "550406", O: "55040a", OU: "55040b", ecPublicKey: "2a8648ce3d0201", P256: "2a8648ce3d030107", ecdsaSHA256: "2a8648ce3d040302",
  basicConstraints: "551d13", extendedKeyUsage: "551d25", clientAuth: "2b06010505070302" };

/** @param {number} tag @param {...(Buffer | string)} content strings are hexadecimal */
function der(tag, ...content) {
  const body = Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)));
  const { length } = body;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : length < 0x10000 ? [0x82, length >> 8, length & 255] : [0x83, length >> 16, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}
const sequence = (...content) => der(0x30, ...content);
const oid = (name) => der(0x06, oids[name]);
const digest = (text) => createHash("sha256").update(text).digest();

/** @param {string} subject "CN=alice,O=Example", the leaf's attribute first, as the user name is written; no escapes */
function name(subject) {
  const attributes = subject.split(",").reverse().map((one) => one.split("="));
  return sequence(...attributes.map(([type, value]) => der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))))));
}

/** @param {string} iso a date, "2027-01-31" */
const time = (iso) => der(0x18, Buffer.from(`${iso.replaceAll("-", "")}120000Z`));

function keyPair(of) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(digest(`key ${of}`));
  return ecdh;
}

function pem(label, bytes) {
  return `-----BEGIN ${label}-----\n${bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;
}

/**
 * A certificate in PEM. Certificates of the same keyName have the same key.
 *
 * @param {string} subject
 * @param {{ issuer?: string, from?: string, to?: string, ca?: boolean, keyName?: string }} [about]
 */
export function fixedCertificate(subject, { issuer = "CN=Example Issuing CA,O=Example Corp", from = "2026-01-15", to = "2027-06-30", ca = false, keyName = subject } = {}) {
  const spki = sequence(sequence(oid("ecPublicKey"), oid("P256")), der(0x03, "00", keyPair(keyName).getPublicKey()));
  const extensions = sequence(
    ...(ca ? [sequence(oid("basicConstraints"), der(0x01, "ff"), der(0x04, sequence(der(0x01, "ff"))))] : [sequence(oid("extendedKeyUsage"), der(0x04, sequence(oid("clientAuth"))))]),
  );
  const algorithm = sequence(oid("ecdsaSHA256"));
  const serial = Buffer.concat([Buffer.from([0x4d]), digest(`serial ${subject} ${to}`).subarray(0, 8)]);
  const body = sequence(der(0xa0, der(0x02, "02")), der(0x02, serial), algorithm, name(issuer), sequence(time(from), time(to)), name(subject), spki, der(0xa3, extensions));
  const signature = sequence(...["r", "s"].map((half) => der(0x02, Buffer.concat([Buffer.from([0x11]), digest(half + subject).subarray(1)]))));
  return pem("CERTIFICATE", sequence(body, algorithm, der(0x03, "00", signature)));
}

/** The private key of such a certificate, PKCS#8 in PEM. */
export function fixedKey(keyName) {
  const secret = sequence(der(0x02, "01"), der(0x04, digest(`key ${keyName}`)));
  return pem("PRIVATE KEY", sequence(der(0x02, "00"), sequence(oid("ecPublicKey"), oid("P256")), der(0x04, secret)));
}

/** So many client certificates in one text, without their keys; some are expired, some soon will be. */
export function fixedCrowd(count) {
  const teams = ["Data", "Payments", "Search", "Billing", "Platform"];
  const days = (n) => new Date(Date.UTC(2026, 9, 1) + n * 86_400_000).toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, i) =>
    fixedCertificate(`CN=service-${String(i + 1).padStart(count > 999 ? 5 : 3, "0")},OU=${teams[i % teams.length]},O=Example Corp,C=US`, { to: days((i * 37) % 900), keyName: "crowd" }),
  ).join("");
}
