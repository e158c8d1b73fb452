// Reads a JSON list of connection strings and prints what mongodb-connection-string-url and the driver's own MongoClient
// make of each. The first argument is the folder of node_modules. Nothing is connected to.
const { createRequire } = require("node:module");
const load = createRequire(require("node:path").resolve(process.argv[2]) + "/");
const { ConnectionString } = load("mongodb-connection-string-url");
const { MongoClient } = load("mongodb");

function read(uri) {
  const parsed = new ConnectionString(uri);
  const { options } = new MongoClient(uri);
  const credentials = options.credentials ?? {};
  return {
    hosts: parsed.hosts.map(decodeURIComponent),
    username: parsed.username ? decodeURIComponent(parsed.username) : null,
    password: parsed.password ? decodeURIComponent(parsed.password) : null,
    database: decodeURIComponent(parsed.pathname.replace(/^\//, "")),
    options: Object.fromEntries(parsed.searchParams),
    client: {
      hosts: options.srvHost ? [options.srvHost] : options.hosts.map(String),
      username: credentials.username ?? null,
      mechanism: credentials.mechanism ?? null,
      source: credentials.source ?? null,
      tls: options.tls,
      database: options.dbName,
      replicaSet: options.replicaSet ?? null,
      certificateKeyFile: options.tlsCertificateKeyFile ?? null,
      keyPassword: options.tlsCertificateKeyFilePassword ?? options.passphrase ?? null,
      caFile: options.tlsCAFile ?? null,
    },
  };
}

let text = "";
process.stdin.setEncoding("utf8").on("data", chunk => { text += chunk; }).on("end", () => {
  const results = JSON.parse(text).map(uri => {
    try {
      return read(uri);
    } catch (e) {
      return { error: `${e.name}: ${e.message}` };
    }
  });
  process.stdout.write(JSON.stringify(results));
});
