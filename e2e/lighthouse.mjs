// Lighthouse on the site as `certuri serve` has it, as a phone and as a desk: the best of some runs, since a busy machine only
// makes it worse. CI fails for what does not depend on time; speed is only printed there, since machines differ, and asked for
// where the machine has nothing else to do.
import lighthouse, { desktopConfig } from "lighthouse";
import { ships } from "./artifacts.mjs";
import { launch } from "./browser.mjs";
import { freePort } from "./programs.mjs";

const always = { accessibility: 100, "best-practices": 100 };
/**
 * Lighthouse's own preset is the phone. Its desk asks for the largest text within 1.2 s at 10 Mbit/s, which is the code, and that
 * waits for the engine's 1.3 MB.
 */
const presets = {
  mobile: { config: undefined, wanted: { ...always, performance: 95 } },
  desktop: { config: desktopConfig, wanted: { ...always, performance: 90 } },
};
const RUNS = 3;
const port = await freePort();
const [browser, place] = await Promise.all([launch({ debuggingPort: port }), ships.site()]);

/** Whether the points of one preset are as wanted. */
async function score(preset, { config, wanted }) {
  const best = {};
  let worst = [];
  let machine = 0;
  for (let run = 0; run < RUNS && Object.entries(wanted).some(([name, least]) => !(best[name] >= least)); run++) {
    const { lhr } = await lighthouse(place.url, { port, onlyCategories: Object.keys(wanted), logLevel: "error" }, config);
    if (lhr.runtimeError) {
      worst = [lhr.runtimeError.message];
      continue;
    }
    machine = Math.max(machine, Math.round(lhr.environment.benchmarkIndex));
    for (const name of Object.keys(wanted)) best[name] = Math.max(best[name] ?? 0, Math.round(lhr.categories[name].score * 100));
    worst = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs).filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
      .map(({ id }) => `${id}: ${lhr.audits[id].displayValue ?? lhr.audits[id].title}`);
  }
  console.log(`Lighthouse, ${preset}: ${Object.entries(best).map(([name, points]) => `${name} ${points}`).join(", ")} (machine ${machine})`);
  let good = true;
  for (const [name, least] of Object.entries(wanted)) {
    if (best[name] >= least) continue;
    const excused = best[name] !== undefined && name === "performance" && process.env.CI === "true";
    good &&= excused;
    console.log(`  ${name} is below ${least}: ${worst.join("; ")}${excused ? " (not counted in CI: it is a matter of time)" : ""}`);
  }
  return good;
}

try {
  for (const [preset, rules] of Object.entries(presets)) if (!(await score(preset, rules))) process.exitCode = 1;
} finally {
  await browser.close();
  await place.release();
}
