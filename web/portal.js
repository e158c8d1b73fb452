// What a portal may set of the tool in its frame, by a message or in the frame's address.

/** @type {import("./frame.d.ts").FrameAttribute[]} */
export const ATTRIBUTES = ["target", "target-version", "snippet-style", "topology", "ca-file", "certificate-key-file", "hide", "theme"];
