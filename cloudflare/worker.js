// The site on Cloudflare. The files come from static assets; the headers from the `_headers` that the build put beside them,
// for every answer, refusals included. Only who may frame the site is a deployment's own choice: FRAME_ANCESTORS.
import text from "../dist/site/_headers";

/** @type {{ pattern: string, name: string, value: string }[]} */
const rules = [];
for (const line of text.split("\n")) {
  const [, path, name, value] = /^(?:(\/\S*)|\s+([\w-]+):\s*(.*\S))\s*$/.exec(line) ?? [];
  if (path) rules.push({ pattern: path, name: "", value: "" });
  else if (name) rules.push({ pattern: rules[rules.length - 1].pattern, name, value });
}

/** One source of a frame-ancestors directive (Content Security Policy Level 3, section 2.3.1): no other directive fits in. */
const SOURCE = /^('self'|https:|(https?:\/\/)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?)$/i;

/**
 * @typedef {object} Env
 * @property {{ fetch(request: Request): Promise<Response> }} ASSETS
 * @property {string} [FRAME_ANCESTORS] who may frame the site, as sources with spaces between; nobody when it is empty
 */

export default {
  /** @param {Request} request @param {Env} env */
  async fetch(request, env) {
    const ancestors = (env.FRAME_ANCESTORS ?? "").split(/\s+/).filter(Boolean);
    const wrong = ancestors.find((source) => !SOURCE.test(source));
    const asset = wrong
      ? new Response(`FRAME_ANCESTORS is not a list of origins: ${JSON.stringify(wrong)} is none. Example: https://portal.example.com\n`, { status: 500 })
      : await env.ASSETS.fetch(request);
    const answer = new Response(asset.body, asset);
    const { pathname } = new URL(request.url);
    for (const { pattern, name, value } of rules) {
      const matches = pattern.endsWith("*") ? pathname.startsWith(pattern.slice(0, -1)) : pathname === pattern;
      if (name && matches) answer.headers.set(name, value);
    }
    if (!wrong && ancestors.length > 0) {
      const policy = answer.headers.get("Content-Security-Policy") ?? "";
      answer.headers.set("Content-Security-Policy", policy.replace("frame-ancestors 'none'", `frame-ancestors ${ancestors.join(" ")}`));
      answer.headers.delete("X-Frame-Options"); // it cannot name anybody, and would win in old browsers
    }
    if (answer.status >= 400) answer.headers.set("Cache-Control", "no-store");
    return answer;
  },
};
