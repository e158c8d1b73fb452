// The widget's entry: registers <x509-connect>, nothing else.
import { X509Connect } from "./elements/x509-connect.js";

X509Connect.define();
export { X509Connect };
