// The elements in JSX, for React 18 and 19: import "certuri/react" in place of "certuri". docs/embedding.md explains every part.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { Deployment, UserNameDetail, Words, X509Connect } from "./embed.js";
import type { FrameAttribute, X509ConnectFrame } from "./frame.js";

export * from "./embed.js";

/** React 18, and React in a page that a server has rendered, take a list or words only as JSON; React 18 knows no such events. */
type Settings = Partial<Record<FrameAttribute, string>> & {
  deployments?: Deployment[] | string;
  texts?: Words | string;
  "oncerturi-username"?: (event: CustomEvent<UserNameDetail>) => void;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "x509-connect": DetailedHTMLProps<HTMLAttributes<X509Connect>, X509Connect> & Settings & { "whole-page"?: "" };
      "x509-connect-frame": DetailedHTMLProps<HTMLAttributes<X509ConnectFrame>, X509ConnectFrame> &
        Settings & {
          src: string;
          "oncerturi-ready"?: (event: CustomEvent<{ version: string }>) => void;
          "oncerturi-refused"?: (event: CustomEvent<{ why: string }>) => void;
        };
    }
  }
}
