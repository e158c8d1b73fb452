// The widget as TypeScript sees it. docs/embedding.md explains every part.

/** A deployment to offer. Only the name is needed. */
export interface Deployment {
  name: string;
  topology?: "single" | "replicaSet" | "sharded" | "srv";
  hosts?: string | string[];
  replicaSetName?: string;
  database?: string;
  /** Where the CA file lies on people's machines. */
  caFile?: string;
  /** The CA's certificates, as PEM. */
  caText?: string;
  /** Where the certificate lies on people's machines. */
  certificateKeyFile?: string;
  /** The client's id, from `certuri targets`. */
  target?: string;
}

/**
 * Words in place of English ones, by the names in web/texts.js, and their language as `lang`. A text with values in it has
 * places for them, {1} {2}; or is a function; or an object with such texts by plural form: { one, other }.
 */
export interface Words {
  lang?: string;
  [name: string]: string | ((...values: any[]) => string) | Words | undefined;
}

/** Public facts only. */
export interface UserNameDetail {
  /** As MongoDB 4.2 and later spell it; null when there is none. */
  username: string | null;
  /** RFC 3339; null when there is none. */
  notAfter: string | null;
  /** The chosen client's id. */
  target: string;
}

export class X509Connect extends HTMLElement {
  /** Registers the element, under another name too. */
  static define(tag?: string, registry?: CustomElementRegistry): typeof X509Connect;
  readonly username: string | null;
  /** Set to a list or its JSON. A mistake throws a TypeError that says where. */
  get deployments(): Deployment[];
  set deployments(list: Deployment[] | string);
  /** Words in place of the English ones, on all of the page. A mistake throws a TypeError that says where. */
  get texts(): Words;
  set texts(words: Words | string);
  /** Opens the list of keys. */
  showShortcuts(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "x509-connect": X509Connect;
  }
  interface HTMLElementEventMap {
    "certuri-username": CustomEvent<UserNameDetail>;
  }
}
