// Other programs that tests start: found by name, awaited until they say that they listen, and ended again.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createServer } from "node:net";
import { delimiter } from "node:path";

/**
 * program is the path of a program by its name, or undefined.
 *
 * @param {string} name a path is taken as it is
 */
export function program(name) {
  if (name.includes("/")) return name;
  return process.env.PATH.split(delimiter)
    .map((folder) => `${folder}/${name}`)
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** How long a program may take to come up, in milliseconds. */
const PATIENCE = 60_000;

/**
 * start runs a program until it writes, to standard output or standard error, what `listening` matches; one that says
 * nothing is only started.
 *
 * @returns {Promise<{ found: RegExpMatchArray, said: () => string, stop: () => Promise<void> }>} said is all that it wrote
 */
export async function start(command, args, listening, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => child.on("close", resolve));
  const found = await new Promise((resolve, reject) => {
    const failed = (why) => reject(new Error(`${command} ${why} and said ${JSON.stringify(said)}`));
    const timer = setTimeout(() => (child.kill("SIGKILL"), failed("did not come up")), PATIENCE);
    const hear = (text) => {
      said += text;
      const match = listening && said.match(listening);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", reject);
    if (!listening) child.on("spawn", () => (clearTimeout(timer), resolve()));
    child.on("exit", (status, signal) => failed(`ended with ${signal ?? status}`));
  });
  const stop = () => {
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), 5000);
    return ended.then(() => clearTimeout(kill));
  };
  return { found, said: () => said, stop };
}

/** A port on which nobody listens. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
