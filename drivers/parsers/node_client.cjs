// Reads a JSON list of connection strings, makes a MongoClient of each without connecting, and prints its error. The
// first argument is the folder of node_modules.
const { createRequire } = require("node:module");
const load = createRequire(require("node:path").resolve(process.argv[2]) + "/");
const { MongoClient } = load("mongodb");

process.removeAllListeners("warning");
process.on("warning", () => {});
let text = "";
process.stdin.setEncoding("utf8").on("data", chunk => { text += chunk; }).on("end", () => {
  const results = JSON.parse(text).map(uri => {
    try {
      new MongoClient(uri);
      return { error: "", warnings: [] };
    } catch (e) {
      return { error: `${e.name}: ${e.message}`, warnings: [] };
    }
  });
  process.stdout.write(JSON.stringify(results));
});
