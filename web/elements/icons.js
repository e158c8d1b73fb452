// Small line drawings, 16 by 16, in the colour of the text beside them.
import { svg } from "../dom.js";

const paths = {
  drop: "M8 1.5v8m0 0L5 6.7m3 2.8 3-2.8M2 10.5v2.2c0 1 .8 1.8 1.8 1.8h8.4c1 0 1.8-.8 1.8-1.8v-2.2",
  check: "m3 8.5 3.2 3.2L13 4.8",
  copy: "M5.5 5.5V3.3c0-.7.6-1.3 1.3-1.3h5.9c.7 0 1.3.6 1.3 1.3v5.9c0 .7-.6 1.3-1.3 1.3h-2.2M3.3 5.5h5.9c.7 0 1.3.6 1.3 1.3v5.9c0 .7-.6 1.3-1.3 1.3H3.3c-.7 0-1.3-.6-1.3-1.3V6.8c0-.7.6-1.3 1.3-1.3Z",
  close: "m4 4 8 8m0-8-8 8",
  error: "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM8 4.8v3.9m0 2.3v.1",
  warning: "M8 2 1.6 13.4h12.8zm0 4.4v3.2m0 2v.1",
  info: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Zm0 5.4v3.9m0-6.2V5",
  key: "M10.3 1.9a3.8 3.8 0 1 1-1.7 7.2L7.4 10.3H5.8v1.6H4.2v1.6H1.8v-2.3l5.1-5.1a3.8 3.8 0 0 1 3.4-4.2ZM11 5v.1",
  lock: "M3.3 7h9.4v6.5H3.3zm2-.2V4.7a2.7 2.7 0 0 1 5.4 0v2.1",
  file: "M3.5 1.8h5.6l3.4 3.4v9H3.5zm5.4.2v3.4h3.4",
  folder: "M1.8 12.2V4.3c0-.6.4-1 1-1h3.4l1.5 1.8h5.5c.6 0 1 .4 1 1v6.1c0 .6-.4 1-1 1H2.8c-.6 0-1-.4-1-1Z",
  shield: "M8 1.6 2.8 3.5v4c0 3.2 2.2 5.6 5.2 6.9 3-1.3 5.2-3.7 5.2-6.9v-4zM5.6 7.9l1.7 1.7 3.1-3.3",
  save: "M8 2v7.6m0 0L5.2 6.9M8 9.6l2.8-2.7M2.5 13.5h11",
  link: "M6.6 9.4a2.7 2.7 0 0 0 3.9 0l2.6-2.6A2.7 2.7 0 0 0 9.2 3L8 4.1m1.4 2.5a2.7 2.7 0 0 0-3.9 0L2.9 9.2A2.7 2.7 0 0 0 6.8 13L8 11.9",
  undo: "M5.5 3 2.3 6.2l3.2 3.2M2.6 6.2h6.6a4.3 4.3 0 0 1 0 7.3H6.5",
  paste: "M5.7 2.8H3.6c-.6 0-1 .4-1 1v9.4c0 .6.4 1 1 1h8.8c.6 0 1-.4 1-1V3.8c0-.6-.4-1-1-1h-2.1M5.7 1.8h4.6v2.4H5.7zM5.2 7.5h5.6m-5.6 3h3.8",
  sample: "M6.2 1.8h3.6M6.8 1.8v4L2.9 12c-.6 1 .1 2.2 1.3 2.2h7.6c1.2 0 1.9-1.2 1.3-2.2L9.2 5.8v-4M4.6 10h6.8",
};

/** Dots are servers, lines are who talks to whom; 36 by 18. */
const topologyPaths = {
  single: "M18 5.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
  replicaSet: "M18 1.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 10.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Zm20 0a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM15.4 6.1l-5 5.4m10.2-5.4 5 5.4M11 13.5h14",
  sharded: "M15.5 1.5h5v5h-5zM5.5 11.5h5v5h-5zm10 0h5v5h-5zm10 0h5v5h-5zM18 6.5v5M8 11.5V9h20v2.5",
  srv: "M12.2 14.5a4.2 4.2 0 0 1-.3-8.4 6.3 6.3 0 0 1 12 1 3.8 3.8 0 0 1 .2 7.4Z",
};

/** @param {string} topology */
export function topologyDrawing(topology) {
  const d = topologyPaths[/** @type {keyof typeof topologyPaths} */ (topology)];
  return svg("svg", { class: "topology", viewBox: "0 0 36 18", width: 36, height: 18, "aria-hidden": "true" }, svg("path", { d }));
}

/**
 * @param {keyof typeof paths} name
 * @param {string} [label] for a drawing that is the only sign of what it means
 */
export function icon(name, label) {
  return svg(
    "svg",
    {
      class: `icon icon-${name}`,
      viewBox: "0 0 16 16",
      width: 16,
      height: 16,
      ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
    },
    svg("path", { d: paths[name] }),
  );
}
