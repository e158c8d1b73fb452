// Other words for the page, in place of those of texts.js.
import { texts } from "./texts.js";

/**
 * Words for some of texts.js, or all of it, of the same shape. A text that has values in it is a function there; here it may
 * also be a text with places for them, {1} {2}, or one for each plural form of the first: { one: "{1} file", other: "{1} files" }.
 *
 * @typedef {{ [name: string]: string | ((...values: any[]) => string) | Words }} Words
 */

/**
 * translate lays words over those of the page. They count for everything in it, and for what is built from now on.
 *
 * @param {unknown} given Words, or their JSON
 * @returns {Words} a copy
 * @throws {TypeError} that names the text with a mistake; then nothing is changed
 */
export function translate(given) {
  const words = typeof given === "string" ? parse(given) : given;
  if (!isGroup(words)) throw new TypeError("texts: an object is wanted, { lang: \"de\", steps: { ... } }");
  const language = words.lang ?? texts.lang;
  try {
    new Intl.Locale(/** @type {any} */ (language));
  } catch {
    throw new TypeError("texts.lang: this is no language tag; an example is \"de\" or \"pt-BR\"");
  }
  /** @type {(() => void)[]} */
  const changes = [];
  collect(texts, words, "texts", /** @type {string} */ (language), changes);
  for (const change of changes) change();
  return { ...words };
}

/**
 * @param {any} known
 * @param {Words} words
 * @param {string} where
 * @param {string} language
 * @param {(() => void)[]} changes
 */
function collect(known, words, where, language, changes) {
  for (const [name, value] of Object.entries(words)) {
    const here = `${where}.${name}`;
    if (!Object.hasOwn(known, name)) throw new TypeError(`${here}: there is no such text; there are ${Object.keys(known).join(", ")}`);
    const old = known[name];
    if (typeof old === "object") {
      if (!isGroup(value)) throw new TypeError(`${here}: an object is wanted, with some of ${Object.keys(old).join(", ")}`);
      collect(old, value, here, language, changes);
    } else {
      const taken = typeof old === "function" ? withValues(value, old.length, here, language) : value;
      if (typeof taken !== typeof old) throw new TypeError(`${here}: a text is wanted`);
      changes.push(() => (known[name] = taken));
    }
  }
}

/**
 * @param {unknown} given
 * @param {number} values how many the English text has
 * @param {string} where
 * @param {string} language
 */
function withValues(given, values, where, language) {
  if (typeof given === "function") return Object.defineProperty((/** @type {any[]} */ ...all) => given(...all), "length", { value: values });
  const forms = /** @type {Record<string, unknown>} */ (isGroup(given) ? given : { other: given });
  const plural = new Intl.PluralRules(language);
  const categories = plural.resolvedOptions().pluralCategories;
  for (const [category, form] of Object.entries(forms)) {
    if (!categories.some((known) => known === category)) throw new TypeError(`${where}.${category}: this language has the plural forms ${categories.join(", ")}`);
    if (typeof form !== "string") throw new TypeError(`${where}: a text is wanted, a function, or texts by plural form`);
    for (const [place, number] of form.matchAll(/\{(\d+)\}/g)) {
      if (!(Number(number) >= 1 && Number(number) <= values)) throw new TypeError(`${where}: ${place} stands for nothing; there is ${values === 1 ? "{1}" : `{1} to {${values}}`}`);
    }
  }
  if (forms.other === undefined) throw new TypeError(`${where}.other: it is missing`);
  const write = new Intl.NumberFormat(language);
  const filled = (/** @type {any[]} */ ...all) => {
    const form = /** @type {string} */ ((typeof all[0] === "number" && forms[plural.select(all[0])]) || forms.other);
    return form.replace(/\{(\d+)\}/g, (_, number) => (typeof all[number - 1] === "number" ? write.format(all[number - 1]) : String(all[number - 1])));
  };
  return Object.defineProperty(filled, "length", { value: values });
}

/** @param {unknown} value @returns {value is Words} */
function isGroup(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {string} json */
function parse(json) {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TypeError(`texts: ${/** @type {Error} */ (error).message}`);
  }
}
