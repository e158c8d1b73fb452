// The site's entry: the element, and the two buttons of the page's head.
import { about } from "./about.js";
import { X509Connect } from "./elements/x509-connect.js";
import { keepForOffline } from "./offline.js";

X509Connect.define();

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = /** @type {HTMLButtonElement} */ (document.getElementById("theme"));

/** The person's choice for this visit; it is kept nowhere. */
theme.onclick = () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  show();
};
dark.onchange = show;
show();

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
}

function show() {
  theme.setAttribute("aria-pressed", String(isDark()));
}

const keys = /** @type {HTMLButtonElement} */ (document.getElementById("keys"));
keys.onclick = () => /** @type {X509Connect} */ (document.querySelector("x509-connect")).showShortcuts();

/** @type {HTMLElement} */ (document.getElementById("version")).textContent = CERTURI_VERSION;
about(/** @type {HTMLDetailsElement} */ (document.getElementById("about")));

if (CERTURI_SHIP === "site") {
  keepForOffline().then((kept) => (/** @type {HTMLElement} */ (document.getElementById("kept")).hidden = !kept));
}
