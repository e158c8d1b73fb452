// The programs under comparison, in one page: each of `programs` opens the same bytes and says what it found, so that a
// fast wrong answer does not count.
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

const worker = await startEngine();

/** The engine as the widget ships it: its worker, its wasm, messages and all. */
async function startEngine() {
  const worker = new Worker("/embed/worker.js");
  const pending = new Map();
  let next = 1;
  const ready = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.ready) resolve();
      else if (data.stopped) reject(new Error(data.stopped));
      else if (data.response) pending.get(data.id)({ response: JSON.parse(data.response), files: data.files });
    };
  });
  worker.postMessage({ id: 0, address: new URL("/embed/certuri.wasm", location.href).href });
  await ready;
  return {
    call(request, files = []) {
      const id = next++;
      worker.postMessage({ id, request, files });
      return new Promise((resolve) => pending.set(id, resolve));
    },
  };
}

async function certuri(bytes, password) {
  await worker.call({ op: "clear" });
  const { response } = await worker.call({ op: "add", files: [{ name: "file", ...(password === undefined ? {} : { password }) }] }, [bytes.slice()]);
  const { keys, certificates } = response.report;
  return { keys: keys.filter((key) => !key.locked).length, certificates: certificates.length };
}

function forgePKCS12(bytes, password) {
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes));
  const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, password);
  const bags = p12.safeContents.flatMap((safe) => safe.safeBags);
  return { keys: bags.filter((bag) => bag.key).length, certificates: bags.filter((bag) => bag.cert).length };
}

async function pkijsPKCS12(bytes, password) {
  const secret = new TextEncoder().encode(password).buffer;
  const pfx = pkijs.PFX.fromBER(bytes.slice().buffer);
  await pfx.parseInternalValues({ password: secret, checkIntegrity: true });
  const safe = pfx.parsedValue.authenticatedSafe;
  await safe.parseInternalValues({ safeContents: safe.safeContents.map((content) => (content.contentType === pkijs.ContentInfo.ENCRYPTED_DATA ? { password: secret } : {})) });
  let keys = 0;
  let certificates = 0;
  for (const content of safe.parsedValue.safeContents) {
    for (const bag of content.value.safeBags) {
      if (bag.bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
        await bag.bagValue.parseInternalValues({ password: secret });
        keys++;
      } else if (bag.bagValue instanceof pkijs.CertBag) {
        certificates++;
      }
    }
  }
  return { keys, certificates };
}

function forgeKey(pem, password) {
  const info = forge.pki.decryptPrivateKeyInfo(forge.pki.encryptedPrivateKeyFromPem(new TextDecoder().decode(pem)), password);
  return { keys: info ? 1 : 0, certificates: 0 };
}

function forgeCertificates(pem) {
  return { keys: 0, certificates: forge.pem.decode(new TextDecoder().decode(pem)).map((m) => forge.pki.certificateFromAsn1(forge.asn1.fromDer(m.body))).length };
}

function pkijsCertificates(pem) {
  const blocks = new TextDecoder().decode(pem).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  for (const block of blocks) {
    const der = Uint8Array.from(atob(block.replace(/-----[^-]+-----|\s/g, "")), (c) => c.charCodeAt(0));
    new pkijs.Certificate({ schema: asn1js.fromBER(der.buffer).result });
  }
  return { keys: 0, certificates: blocks.length };
}

const programs = {
  certuri,
  "forge-pkcs12": forgePKCS12,
  "pkijs-pkcs12": pkijsPKCS12,
  "forge-key": forgeKey,
  "forge-certificates": forgeCertificates,
  "pkijs-certificates": pkijsCertificates,
};

/** Opens a file `times` times and gives what was found and the fastest run, in milliseconds. */
globalThis.measure = async (program, url, password, times) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  let best = Infinity;
  let found;
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    try {
      found = await programs[program](bytes, password);
    } catch (error) {
      return { refused: String(error?.message ?? error).slice(0, 80) };
    }
    best = Math.min(best, performance.now() - began);
  }
  return { ...found, best };
};

const fastest = async (times, run) => {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await run();
    best = Math.min(best, performance.now() - began);
  }
  return best;
};

/**
 * Renders every target in every style, each by a question of its own as the page asks them. All are asked at once: what is
 * measured is the work of worker and page, and not how long this machine takes to wake one of them up, sixty times. Then
 * single questions as a person causes them, there and back. Milliseconds.
 */
globalThis.measureSnippets = async (times) => {
  await worker.call({ op: "clear" });
  const { response } = await worker.call({ op: "targets" });
  const forms = response.targets.flatMap((target) => target.styles.map((style) => ({
    topology: "replicaSet", hosts: "db1.example.net:27017,db2.example.net:27017", replicaSetName: "rs0", database: "", caFile: "/etc/ssl/ca.pem",
    certificateKeyFile: "/etc/ssl/client.pem", passwordFrom: "env", passwordEnv: "", password: "", withUsername: false, target: target.id, version: "", style })));
  const renderAll = () => Promise.all(forms.map((form) => worker.call({ op: "render", form })));
  const first = await fastest(1, renderAll);
  const best = await fastest(times, renderAll);
  const [form] = forms;
  const key = await fastest(times, () => worker.call({ op: "render", form }));
  const sample = await worker.call({ op: "sample" });
  const files = [{ name: sample.response.saved.name, password: sample.response.password }];
  const sampleOpened = await fastest(times, async () => {
    await worker.call({ op: "clear" });
    const opened = await worker.call({ op: "add", files }, [sample.files[0].slice()]);
    if (!opened.response.report.identities.length) throw new Error("the sample was not opened");
  });
  const doctor = await fastest(times, () => worker.call({ op: "doctor", form, text: "", serverVersion: "8.0", serverSubject: "", files: [] }));
  return { first, best, count: forms.length, key, sampleOpened, doctor };
};

globalThis.started = true;
