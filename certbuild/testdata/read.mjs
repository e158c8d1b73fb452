// Opens files with Node.js. The manifest has a line for each: id, form, path, path of the key, password in base64, path of
// the certificate that a key alone belongs to. An answer has a line for each: id, ok or why not or -, SHA-256 of certificates.
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";

const readers = {
  pair(f) {
    createSecureContext({ cert: readFileSync(f.path), key: readFileSync(f.key), passphrase: f.password });
  },
  keyAlone(f) {
    createSecureContext({ cert: readFileSync(f.leaf), key: readFileSync(f.path), passphrase: f.password });
  },
  store(f) {
    createSecureContext({ pfx: readFileSync(f.path), passphrase: f.password });
  },
  authorities(f) {
    createSecureContext({ ca: readFileSync(f.path) });
  },
  certificate(f) {
    new X509Certificate(readFileSync(f.path));
  },
  keyDER(f) {
    const key = createPrivateKey({ key: readFileSync(f.path), format: "der", type: "pkcs8", passphrase: f.password });
    if (!new X509Certificate(readFileSync(f.leaf)).checkPrivateKey(key)) throw new Error("another key");
  },
};

const how = {
  "combined-pem": "pair",
  "combined-pem-key-first": "pair",
  "separate-pem": "pair",
  "cert-pem": "certificate",
  "leaf-pem": "certificate",
  "cert-der": "certificate",
  "ca-pem": "authorities",
  "key-pem": "keyAlone",
  "key-pkcs1": "keyAlone",
  "key-sec1": "keyAlone",
  "key-der": "keyDER",
  pkcs12: "store",
  "pkcs12-legacy": "store",
  "pkcs12-pbmac1": "store",
};

for (const line of readFileSync(process.argv[2], "utf8").trim().split("\n")) {
  const [id, form, path, key, password, leaf] = line.split("\t");
  let answer = "-";
  if (how[form]) {
    try {
      readers[how[form]]({ path, key, leaf, password: Buffer.from(password, "base64").toString() });
      answer = "ok";
    } catch (e) {
      answer = e.message.split("\n")[0];
    }
  }
  console.log(`${id}\t${answer}\t`);
}
