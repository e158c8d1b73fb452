// The JSON contract with the engine: the mirror of contract/contract.go, which explains every field. One interface for
// each Go struct, with the same names in the same order; a Go test holds the two together.

export type Op =
  | "hello"
  | "add"
  | "unlock"
  | "remove"
  | "clear"
  | "choose"
  | "derived"
  | "sample"
  | "targets"
  | "render"
  | "save"
  | "lint";

export interface Request {
  op: Op;
  files?: NewFile[];
  file?: number;
  password?: string;
  identity?: string;
  form?: Form;
  newPassword?: string;
  text?: string;
  target?: string;
}

export interface NewFile {
  name: string;
  password?: string;
}

export interface Form {
  topology: string;
  hosts: string;
  replicaSetName: string;
  database: string;
  caFile: string;
  certificateKeyFile: string;
  passwordFrom: string;
  passwordEnv: string;
  password: string;
  withUsername: boolean;
  username: string;
  target: string;
  version: string;
  style: string;
  extra?: Option[];
}

export interface Option {
  name: string;
  value: string;
}

export interface Response {
  hello?: Hello;
  report?: Report;
  need?: Need[];
  targets?: Target[];
  rendered?: Rendered;
  saved?: SavedFile;
  password?: string;
  lint?: Lint;
  error?: Problem;
  internal?: string;
}

export interface Hello {
  contract: number;
  version: string;
}

export interface Need {
  hash: string;
  iterations: number;
  length: number;
  password: number;
  salt: number;
}

export interface Problem {
  code: string;
  what: string;
  why: string;
  fix: string;
  where?: string;
  field?: string;
}

export interface Report {
  username: string | null;
  usernameRefusal?: string;
  otherNames?: OtherName[];
  identity?: string;
  identities: Identity[];
  files: FileState[];
  certificates: Certificate[];
  keys: Key[];
  containers: Container[];
  findings: Finding[];
  checked?: string[];
  notes?: string[];
}

export interface OtherName {
  where: string;
  name?: string;
  refusal?: string;
}

export interface FileState {
  id: number;
  name: string;
  size: number;
  kind: string;
  state: string;
  error?: Problem;
}

export interface Identity {
  leaf: string;
  username: string | null;
  label: string;
  key: number | null;
  chain: string[];
  notAfter: string;
}

export interface Certificate {
  sha256: string;
  username: string | null;
  issuer: string;
  serial: string;
  notBefore: string;
  notAfter: string;
  leaf: boolean;
  ca: boolean;
  selfIssued: boolean;
  keyType: string;
  bits?: number;
  curve?: string;
  signature: string;
  spkiSha256: string;
  altNames?: string[];
  roles?: string[];
  oddities?: string[];
  friendlyName?: string;
  localKeyId?: string;
  file: number;
}

export interface Key {
  type: string;
  bits: number;
  curve?: string;
  encrypted: boolean;
  encryption: string;
  locked: boolean;
  spkiSha256: string | null;
  certificate: string | null;
  friendlyName?: string;
  localKeyId?: string;
  file: number;
}

export interface Container {
  kind: string;
  detail: string;
  where?: string;
  locked?: boolean;
  file: number;
}

export interface Finding {
  id: string;
  severity: string;
  what: string;
  why: string;
  fix: string;
  source?: string;
}

export interface Target {
  id: string;
  label: string;
  language: string;
  group: string;
  styles: string[];
  versions: string[];
  file: string;
  since: string;
  docs: string;
}

export interface Lint {
  verdict: string;
  findings: LintFinding[];
  mended?: string;
  import?: Form;
}

export interface LintFinding {
  id: string;
  severity: string;
  what: string;
  why: string;
  fix: string;
  start: number;
  end: number;
  error?: string;
  mended?: string;
}

export interface Rendered {
  snippet: Snippet;
  uri: string;
  createUser: Snippet;
  files: NeededFile[];
  problems?: Problem[];
}

export interface NeededFile {
  name: string;
  path: string;
  form: string;
  description: string;
  canSave: boolean;
  encrypted: boolean;
}

export interface SavedFile {
  name: string;
  description: string;
}

// From package snippet.

export interface Span {
  kind?: string;
  text: string;
}

export interface Snippet {
  spans: Span[];
  language: string;
  file: string;
  notes?: string[];
  fragment?: Range;
  needs?: Needed[];
  also?: Snippet[];
}

export interface Range {
  start: number;
  end: number;
}

export interface Needed {
  path: string;
  form: string;
}
