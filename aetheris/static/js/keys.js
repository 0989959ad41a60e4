// I am the single keys of the design, outside fields only, and off for who switched them off in Settings.
import { openPalette } from "./palette.js";

const PLACES = { d: "dashboard", j: "journal", a: "analytics", f: "flow", r: "armor", o: "oracle", g: "galaxie", t: "tax", s: "settings" };
const FIELD = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
let going = 0;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches?.(FIELD) || event.target.closest?.("[role=slider]") || document.querySelector("dialog[open]")) return;
  if (!switchedOn()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (going) return go(key, event);
  const act = KEYS[key];
  if (act && act(event) !== false) event.preventDefault();
});

const KEYS = {
  g: () => { going = setTimeout(() => { going = 0; }, 1_500); },
  "/": () => (focus("[data-slash]") === false ? focus("#jump") : undefined),
  "?": () => openKeys(),
  n: () => location.assign("/trades/new/"),
  j: () => step(1),
  k: () => step(-1),
  Enter: (event) => event.target === document.body && row()?.querySelector("a[data-peek], th a")?.click(),
  x: () => row()?.querySelector("[data-pick]")?.click(),
  e: () => focus("#peek-notes, #trade-notes"),
  t: () => focus("#bulk-tag, #trade-tags"),
  f: () => { document.querySelector("[data-more-filters]")?.setAttribute("open", ""); return focus("[data-more-filters] input"); },
  "[": () => follow("a[rel=prev]"),
  "]": () => follow("a[rel=next]"),
  Escape: () => follow("[data-close-peek]"),
};
for (const n of [1, 2, 3, 4, 5]) KEYS[n] = () => follow(`.seg a:nth-of-type(${n})`);

function go(key, event) {
  clearTimeout(going);
  going = 0;
  const link = document.querySelector(`[data-nav="${PLACES[key]}"]`);
  if (!link) return;
  event.preventDefault();
  location.assign(link.href);
}

function focus(selector) {
  const field = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  if (!field) return false;
  field.focus();
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (!link) return false;
  link.click();
}

function rows() {
  return [...document.querySelectorAll("[data-row-link]")];
}

function row() {
  return document.querySelector("[data-row-link].at") ?? document.querySelector("[data-row-link].on");
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(row()) + by))];
  for (const one of all) one.classList.toggle("at", one === next);
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
  if (document.querySelector("#live-peek:not([hidden])")) next.querySelector("a[data-peek]")?.click();
}

function openKeys() {
  document.getElementById("keys")?.showModal();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-open-keys]")) return;
  event.preventDefault();
  openKeys();
});

/** Kept on this device, like the volume of a sound. */
function switchedOn() {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true;
  }
}

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = switchedOn();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
}
