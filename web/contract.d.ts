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
  | "lint"
  | "doctor"
  | "forms"
  | "explain"
  | "diff"
  | "server"
  | "csr"
  | "reply"
  | "testKit";

export interface Request {
  op: Op;
  files?: NewFile[];
  file?: number;
  password?: string;
  identity?: string;
  form?: Form;
  newPassword?: string;
  to?: string;
  alias?: string;
  text?: string;
  target?: string;
  version?: string;
  serverVersion?: string;
  serverSubject?: string;
  asIs?: boolean;
  csr?: CSRForm;
  kit?: KitForm;
}

export interface NewFile {
  name: string;
  password?: string;
  role?: string;
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
  allUsers: boolean;
  roles?: UserRole[];
  extra?: Option[];
}

export interface UserRole {
  role: string;
  database: string;
}

export interface CSRForm {
  subject: string;
  keyType: string;
  altNames?: string[];
  roles?: UserRole[];
}

export interface KitForm {
  hosts: string[];
  folder: string;
}

export interface Option {
  name: string;
  value: string;
}

export interface Response {
  hello?: Hello;
  report?: Report;
  chosen?: Chosen;
  need?: Need[];
  targets?: Target[];
  rendered?: Rendered;
  saved?: SavedFile;
  password?: string;
  lint?: Lint;
  doctor?: Doctor;
  forms?: FileForm[];
  explain?: Explain;
  diff?: Diff;
  server?: Server;
  csr?: CSR;
  reply?: Reply;
  kit?: Kit;
  error?: Problem;
  internal?: string;
}

export interface Hello {
  contract: number;
  version: string;
}

export interface Need {
  kind: string;
  hash: string;
  iterations: number;
  length: number;
  password: number;
  salt: number;
  algorithm?: string;
  curve?: string;
  bits?: number;
  key: number;
  message: number;
  signature?: number;
  saltLength?: number;
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

export interface Chosen {
  username: string | null;
  usernameRefusal: string;
  otherNames: OtherName[];
  identity: string;
  findings: Finding[];
  checked: string[];
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
  request?: boolean;
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
  error?: string;
  server?: string;
  also?: string[];
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

export interface Doctor {
  verdict: string;
  findings: Finding[];
  checked: string[];
  report: string;
}

export interface Explain {
  entries: Entry[];
  shortened?: boolean;
}

export interface Entry {
  id: string;
  what: string;
  why: string;
  fix: string;
  tellApart?: string;
  offline?: boolean;
  source?: string;
}

export interface Diff {
  verdict: string;
  what: string;
  why: string;
  fix: string;
  entry?: string;
  username: string;
  compared?: string;
  rows: DiffRow[];
}

export interface DiffRow {
  label: string;
  ours: string;
  theirs: string;
  state: string;
  kind?: string;
  oursStart: number;
  oursEnd: number;
  theirsStart: number;
  theirsEnd: number;
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

export interface FileForm {
  id: string;
  label: string;
  extension: string;
  secret: boolean;
  takesPassword: boolean;
  needsPassword: boolean;
  default: boolean;
  fits: boolean;
}

export interface SavedFile {
  name: string;
  description: string;
  beside?: string;
  warnings?: string[];
  commands?: string[];
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

export interface Server {
  username: string;
  texts: ServerText[];
  roles: KnownRole[];
}

export interface ServerText {
  id: string;
  label: string;
  group: string;
  snippet: Snippet;
}

export interface KnownRole {
  role: string;
  adminOnly: boolean;
  what: string;
}

export interface CSR {
  username: string;
  keyType: string;
  newKey: boolean;
  altNames?: string[];
  roles?: string[];
}

export interface Reply {
  certificate: string;
  asked: string;
  verdict: string;
  findings: Finding[];
  checked: string[];
}

export interface Kit {
  username: string;
  password: string;
  files: KitFile[];
}

export interface KitFile {
  name: string;
  secret: boolean;
  what: string;
}
