// <x509-connect-frame>, and the messages between a portal and the page in its frame. docs/embedding.md explains both.
import type { Deployment, UserNameDetail, Words } from "./embed.js";

export type { Deployment, UserNameDetail, Words };

/** Attributes of <x509-connect> that a portal may set. */
export type FrameAttribute =
  | "target"
  | "target-version"
  | "snippet-style"
  | "topology"
  | "ca-file"
  | "certificate-key-file"
  | "hide"
  | "theme";

/** From the portal to the frame. The first one says where the portal is; each answers with "ready" or "refused". */
export type ToFrame = {
  certuri: 1;
  type: "configure";
  attributes?: Partial<Record<FrameAttribute, string>>;
  /** Without functions: a message carries none. */
  texts?: Words;
  deployments?: Deployment[];
};

/** From the frame to the portal. */
export type FromFrame =
  | { certuri: 1; type: "ready"; version: string }
  | { certuri: 1; type: "refused"; why: string }
  | ({ certuri: 1; type: "username" } & UserNameDetail)
  | { certuri: 1; type: "height"; height: number };

export class X509ConnectFrame extends HTMLElement {
  readonly username: string | null;
  deployments: Deployment[];
  /** Words in place of the English ones, without functions. */
  texts: Words;
}

declare global {
  interface HTMLElementTagNameMap {
    "x509-connect-frame": X509ConnectFrame;
  }
  interface HTMLElementEventMap {
    "certuri-ready": CustomEvent<{ version: string }>;
    "certuri-refused": CustomEvent<{ why: string }>;
  }
}
