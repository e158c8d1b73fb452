// A choice of a few, all of them in sight: radio buttons that look like one control.
import { h, list, setAttribute } from "../dom.js";

/**
 * @param {string} legend
 * @param {string} name unique in the page
 * @param {(value: string) => void} chosen
 * @param {(value: string) => Element} [drawing] stands above the words
 */
export function segmented(legend, name, chosen, drawing) {
  const track = h("div", { class: "segments" });
  const root = h("fieldset", { class: "segmented" }, h("legend", {}, legend), track);
  let current = "";
  const fill = list(track, (/** @type {{ value: string, label: string }} */ option) => option.value, ({ value }) => {
    const radio = h("input", { type: "radio", name, value, onchange: () => chosen(value) });
    const word = h("span", {});
    return {
      root: h("label", {}, radio, h("span", { class: "segment" }, drawing?.(value), word)),
      update(option) {
        if (word.textContent !== option.label) word.textContent = option.label;
        if (radio.checked !== (value === current)) radio.checked = value === current;
      },
    };
  });
  return {
    root,
    /** @param {{ value: string, label: string }[]} options @param {string} value */
    update(options, value) {
      current = value;
      fill(options);
      setAttribute(root, "disabled", options.length === 0);
    },
  };
}
