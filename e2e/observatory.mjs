// How the HTTP Observatory scores response headers: the rules that its source has (github.com/mdn/mdn-http-observatory,
// src/grader/charts.js and src/analyzer/tests), for a site over HTTPS without cookies, CORS or scripts of others.

/** @param {string} policy */
function directives(policy) {
  const all = new Map();
  for (const directive of policy.split(";")) {
    const [name, ...sources] = directive.trim().toLowerCase().split(/\s+/);
    if (name && !all.has(name)) all.set(name, sources);
  }
  return all;
}

const broad = ["https:", "http:", "ftp:", "ws:", "wss:", "*", "https://*", "http://*", "blob:", "data:"];
const has = (sources, ...names) => sources.some((source) => names.includes(source));

function contentSecurityPolicy(policy) {
  if (!policy) return ["csp-not-implemented", -25];
  const all = directives(policy);
  const of = (name) => all.get(name) ?? all.get("default-src") ?? ["*"];
  const [scripts, objects, styles] = [of("script-src"), of("object-src"), of("style-src")];
  if (has(scripts, "'unsafe-inline'", ...broad) || has(objects, ...broad)) return ["csp-implemented-with-unsafe-inline", -20];
  if ([...scripts, ...objects, ...styles, ...of("connect-src")].some((source) => /^(http|ws|ftp):/.test(source))) return ["csp-implemented-with-insecure-scheme", -20];
  if (has(scripts, "'unsafe-eval'") || has(styles, "'unsafe-eval'")) return ["csp-implemented-with-unsafe-eval", -10];
  if ([...of("img-src"), ...of("media-src")].some((source) => /^http:/.test(source))) return ["csp-implemented-with-insecure-scheme-in-passive-content-only", -10];
  if (has(styles, "'unsafe-inline'", ...broad)) return ["csp-implemented-with-unsafe-inline-in-style-src-only", 0];
  const none = all.get("default-src")?.join(" ") === "'none'" && has(all.get("form-action") ?? [], "'none'", "'self'");
  return none ? ["csp-implemented-with-no-unsafe-default-src-none", 10] : ["csp-implemented-with-no-unsafe", 5];
}

function referrerPolicy(value) {
  if (!value) return ["referrer-policy-not-implemented", 0];
  const safe = ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"];
  return safe.includes(value.split(",").at(-1).trim().toLowerCase()) ? ["referrer-policy-private", 5] : ["referrer-policy-unsafe", -5];
}

function strictTransportSecurity(value) {
  if (!value) return ["hsts-not-implemented", -20];
  const age = /max-age=(\d+)/i.exec(value);
  if (!age) return ["hsts-header-invalid", -20];
  return Number(age[1]) >= 15_768_000 ? ["hsts-implemented-max-age-at-least-six-months", 0] : ["hsts-implemented-max-age-less-than-six-months", -10];
}

function frameOptions(value, policy) {
  const ancestors = directives(policy ?? "").get("frame-ancestors");
  if (ancestors && !has(ancestors, ...broad)) return ["x-frame-options-implemented-via-csp", 5];
  if (/^(deny|sameorigin)$/i.test(value ?? "")) return ["x-frame-options-sameorigin-or-deny", 0];
  return ["x-frame-options-not-implemented", -20];
}

function resourcePolicy(value) {
  if (!value) return ["cross-origin-resource-policy-not-implemented", 0];
  return /^same-(origin|site)$/.test(value) ? [`cross-origin-resource-policy-implemented-with-${value}`, 10] : ["cross-origin-resource-policy-implemented-with-cross-origin", 0];
}

/**
 * score gives points and grade. Rewards count only for a site that has 90 points without them.
 *
 * @param {Record<string, string>} headers by lower-case name
 */
export function score(headers) {
  const policy = headers["content-security-policy"];
  const results = [
    contentSecurityPolicy(policy),
    referrerPolicy(headers["referrer-policy"]),
    strictTransportSecurity(headers["strict-transport-security"]),
    headers["x-content-type-options"]?.toLowerCase() === "nosniff" ? ["x-content-type-options-nosniff", 0] : ["x-content-type-options-not-implemented", -5],
    frameOptions(headers["x-frame-options"], policy),
    resourcePolicy(headers["cross-origin-resource-policy"]),
  ];
  const sum = (wanted) => results.filter(([, points]) => wanted(points)).reduce((all, [, points]) => all + points, 0);
  const without = 100 + sum((points) => points < 0);
  const points = Math.max(0, without + (without >= 90 ? sum((points) => points > 0) : 0));
  const grades = [[100, "A+"], [90, "A"], [85, "A-"], [80, "B+"], [70, "B"], [65, "B-"], [60, "C+"], [50, "C"], [45, "C-"], [40, "D+"], [30, "D"], [25, "D-"], [0, "F"]];
  return { points, grade: grades.find(([least]) => points >= least)[1], results: Object.fromEntries(results) };
}
