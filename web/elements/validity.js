// The certificate's life as a line with today on it.
import { h, setAttribute, setText } from "../dom.js";
import { validity } from "../state.js";
import { texts } from "../texts.js";

const t = texts.validity;

/** Fewer days than this are shown as a warning. */
export const SOON = 30;

export function validityLine() {
  const left = h("strong", { class: "days" });
  const life = h("div", { class: "life" });
  const spent = h("div", { class: "spent" });
  const today = h("div", { class: "today" }, h("span", {}, t.today));
  const line = h("div", { class: "line", role: "img" }, life, spent, today);
  const from = h("time", {});
  const to = h("time", {});
  const ends = h("div", { class: "ends" }, from, to);
  const root = h("div", { class: "validity" }, left, line, ends);
  return {
    root,
    /** @param {{ notBefore: string, notAfter: string }} certificate */
    update({ notBefore, notAfter }) {
      const now = validity(notBefore, notAfter, Date.now());
      const words = daysText(now);
      root.dataset.phase = now.phase === "within" && now.days < SOON ? "soon" : now.phase;
      setText(left, words);
      life.style.left = percent(now.from);
      life.style.right = percent(1 - now.to);
      ends.style.marginLeft = life.style.left;
      ends.style.marginRight = life.style.right;
      spent.style.left = percent(now.from);
      spent.style.right = percent(1 - Math.max(now.from, Math.min(now.today, now.to)));
      today.style.left = percent(now.today);
      today.classList.toggle("late", now.today > 0.5);
      setText(from, date(notBefore));
      setText(to, date(notAfter));
      setAttribute(from, "datetime", notBefore);
      setAttribute(to, "datetime", notAfter);
      setAttribute(from, "title", notBefore);
      setAttribute(to, "title", notAfter);
      setAttribute(line, "aria-label", t.line(date(notBefore), date(notAfter), words));
    },
  };
}

/**
 * @param {ReturnType<typeof validity>} span
 * @param {boolean} [endOnly] only the end is known: before it the certificate counts as valid
 */
export function daysText({ phase, days }, endOnly = false) {
  if (phase === "after") return t.after(days);
  if (phase === "before" && !endOnly) return t.before(days);
  return days === 0 ? t.lastDay : t.within(days);
}

/** @param {string} rfc3339 */
export function date(rfc3339) {
  const day = new Date(rfc3339);
  // "19 Sep 2027" for English, where Intl would write as Americans do.
  return texts.lang === "en" ? day.toUTCString().slice(5, 16) : day.toLocaleDateString(texts.lang, { dateStyle: "medium", timeZone: "UTC" });
}

/** @param {number} fraction */
const percent = (fraction) => `${(fraction * 100).toFixed(2)}%`;
