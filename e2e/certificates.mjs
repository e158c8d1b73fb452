// Certificates as a person is handed them, made by the openssl command while the tests run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function openssl(...args) {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * What PKCS#12 files in the field are encrypted with: today's default of OpenSSL, and what Windows and old Javas write; and
 * one that keeps the engine busy for many seconds, at what WebCrypto cannot do.
 */
export const pkcs12Forms = {
  "AES-256": ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "SHA256"],
  "3DES": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
  "2,000,000 rounds": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA256", "-iter", "2000000"],
};

/** A folder of certificates: a root, an intermediate authority under it, and whatever that one signs. */
export class Authority {
  folder = mkdtempSync(join(tmpdir(), "certuri-e2e-"));
  #extensions = join(this.folder, "client.ext");

  constructor() {
    writeFileSync(this.#extensions, "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n");
    writeFileSync(this.path("ca.ext"), "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n");
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];
    openssl("req", "-x509", ...ec, "-days", "3650", "-sha256", "-subj", "/O=Test Authority/CN=Test Root", "-addext", "keyUsage=critical,keyCertSign",
      "-keyout", this.path("root.key"), "-out", this.path("root.pem"));
    openssl("req", "-new", ...ec, "-subj", "/O=Test Authority/CN=Test CA", "-keyout", this.path("ca.key"), "-out", this.path("ca.csr"));
    this.#sign("root", "ca", this.path("ca.ext"), 1825);
    writeFileSync(this.path("chain.pem"), readFileSync(this.path("ca.pem"), "utf8") + readFileSync(this.path("root.pem"), "utf8"));
  }

  path(name) {
    return join(this.folder, name);
  }

  /** A client certificate and its key, as name.pem and name.key. */
  client(name, subject) {
    const made = this.#request(name, subject);
    this.#sign("ca", name, this.#extensions, 365);
    return made;
  }

  #sign(issuer, name, extensions, days) {
    openssl("x509", "-req", "-in", this.path(`${name}.csr`), "-CA", this.path(`${issuer}.pem`), "-CAkey", this.path(`${issuer}.key`),
      "-set_serial", "4711", "-days", String(days), "-sha256", "-extfile", extensions, "-out", this.path(`${name}.pem`));
  }

  /** Whether openssl builds a path from the first certificate of a file, through the others in it, to the root. */
  verifies(pemFile) {
    return openssl("verify", "-purpose", "sslclient", "-CAfile", this.path("root.pem"), "-untrusted", pemFile, pemFile).includes(": OK");
  }

  /** A client certificate that was valid for the first days of 2020. Only "openssl ca" sets both dates. */
  expired(name, subject) {
    const { key, request, certificate } = this.#request(name, subject);
    const [config, index] = [this.path("ca.cnf"), this.path("index")];
    writeFileSync(index, "");
    writeFileSync(config, `[ca]\ndefault_ca=d\n[d]\ndatabase=${index}\nnew_certs_dir=${this.folder}\nrand_serial=yes\npolicy=p\n[p]\n` +
      ["C", "O", "OU", "CN"].map((type) => `${type}=optional\n`).join(""));
    openssl("ca", "-batch", "-notext", "-utf8", "-config", config, "-cert", this.path("ca.pem"), "-keyfile", this.path("ca.key"),
      "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-md", "sha256", "-extfile", this.#extensions,
      "-preserveDN", "-in", request, "-out", certificate);
    return { key, certificate };
  }

  #request(name, subject) {
    const [key, request, certificate] = ["key", "csr", "pem"].map((kind) => this.path(`${name}.${kind}`));
    openssl("req", "-new", "-newkey", "rsa:2048", "-noenc", "-utf8", "-subj", subject, "-keyout", key, "-out", request);
    return { key, request, certificate };
  }

  /** name.p12 from a client's certificate, key and issuers. */
  pkcs12(name, { key, certificate }, password, form) {
    const file = this.path(`${name}.p12`);
    openssl("pkcs12", "-export", "-in", certificate, "-inkey", key, "-certfile", this.path("chain.pem"), "-name", name,
      "-passout", `pass:${password}`, ...pkcs12Forms[form], "-out", file);
    return file;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The subject as openssl prints it by RFC 2253, its second opinion on the user name. */
export function rfc2253Subject(certificate) {
  return openssl("x509", "-in", certificate, "-noout", "-subject", "-nameopt", "RFC2253").trimEnd().replace(/^subject=/, "");
}

/** openssl's judgement on a saved PEM: the key belongs to the first certificate. */
export function keyMatchesCertificate(pemFile, password) {
  const ofCertificate = openssl("x509", "-in", pemFile, "-noout", "-pubkey");
  const ofKey = openssl("pkey", "-in", pemFile, "-pubout", ...(password ? ["-passin", `pass:${password}`] : []));
  return ofCertificate === ofKey;
}

export const countCertificates = (pemFile) => readFileSync(pemFile, "latin1").split("-----BEGIN CERTIFICATE-----").length - 1;
