// The list of deployments that a company pins: what is taken, what is refused and how it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { caName, formOf, readDeployments } from "../../web/deployments.js";

const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

test("a list is read, from JSON or as it is, and filled in", () => {
  const list = [{ name: "Orders", topology: "replicaSet", hosts: ["db1:27017", "db2"], replicaSetName: "rs0", target: "node", caText: pem }];
  const wanted = {
    name: "Orders", topology: "replicaSet", hosts: "db1:27017, db2", replicaSetName: "rs0", database: "", caFile: "", caText: pem,
    certificateKeyFile: "", target: "node",
  };
  assert.deepEqual(readDeployments(list), [wanted]);
  assert.deepEqual(readDeployments(JSON.stringify(list)), [wanted]);
  assert.deepEqual(readDeployments([]), []);
  assert.deepEqual(formOf(wanted), {
    topology: "replicaSet", hosts: "db1:27017, db2", replicaSetName: "rs0", database: "", caFile: "ca.pem", certificateKeyFile: "", target: "node",
  });
  assert.ok(!("target" in formOf(readDeployments('[{"name":"a"}]')[0])), "the person's choice of client stays");
  assert.equal(caName({ caFile: "C:\\ssl\\our ca.crt" }), "our ca.crt");
});

for (const [given, told] of [
  ["{}", /a list is wanted/],
  ["[", /^deployments: /],
  ["[1]", /deployments\[0\]: an object/],
  ['[{"name":"a"},{"hosts":"b"}]', /deployments\[1\]\.name: it is missing/],
  ['[{"name":"  "}]', /name: this value/],
  ['[{"name":"a","host":"b"}]', /deployments\[0\]\.host: there is no such field.*hosts/],
  ['[{"name":"a","topology":"cluster"}]', /topology/],
  ['[{"name":"a","hosts":[1]}]', /hosts/],
  ['[{"name":"a","hosts":"a\\nb"}]', /hosts/],
  ['[{"name":"a","caText":"-----BEGIN CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----"}]', /caText/],
  ['[{"name":"a","target":"No Such"}]', /target/],
  ['[{"name":"a","__proto__":{"target":"node"}}]', /no such field/],
  ['[{"name":"a","constructor":"x"}]', /no such field/],
  [JSON.stringify(Array(101).fill({ name: "a" })), /at most 100/],
  [undefined, /a list/],
]) {
  test(`refused: ${String(given).slice(0, 60)}`, () => assert.throws(() => readDeployments(given), (error) => error instanceof TypeError && told.test(error.message)));
}
