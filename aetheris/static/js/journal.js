// I open a trade beside the list and keep what is written there without leaving the page; without me both are pages.
import { load } from "./refresh.js";

const WIDE = matchMedia("(width >= 1000px)");

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-peek], a[data-close-peek]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.matches("[data-peek]") && !WIDE.matches) return location.assign(link.dataset.full);
  await peek(link.href, link.matches("[data-peek]") ? "" : document.querySelector("tr.on a[data-peek]")?.href);
});

addEventListener("popstate", () => document.getElementById("live-peek") && load(location.href, { replace: ["live-peek"] }).catch(() => location.reload()));

export async function peek(url, focus) {
  try {
    await load(url, { replace: ["live-peek"] });
    history.pushState(null, "", url);
    document.getElementById("say").textContent = document.getElementById("live-peek")?.getAttribute("aria-label") ?? "";
    [...document.querySelectorAll("a[data-peek]")].find(({ href }) => href === focus)?.focus();
  } catch {
    location.assign(url);
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-review]") || event.defaultPrevented) return;
  const region = form.closest("[data-live][id]");
  if (!region) return;
  event.preventDefault();
  event.submitter?.setAttribute("aria-busy", "true");
  try {
    const reply = await load(form.action, { method: "POST", body: new FormData(form), replace: [region.id, "said"] });
    if (reply.redirected) history.replaceState(null, "", reply.url);
    const again = document.getElementById(form.id);
    (again?.querySelector("[role=alert]") ?? again?.querySelector("[type=submit]"))?.focus();
    document.getElementById("say").textContent = document.querySelector("#said")?.textContent.trim() ?? "";
  } catch {
    form.submit(); // offline or refused: the browser says which
  } finally {
    event.submitter?.removeAttribute("aria-busy");
  }
});

// Ticked rows ------------------------------------------------------------------------------------------

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-pick-all]")) for (const box of boxes()) box.checked = target.checked;
  if (target.matches?.("[data-pick], [data-pick-all]")) count();
});

function boxes() {
  return [...document.querySelectorAll("[data-pick]")];
}

function count() {
  const words = document.querySelector("[data-picked]");
  words.dataset.idle ??= words.textContent;
  const ticked = boxes().filter((box) => box.checked).length;
  words.textContent = ticked ? `${ticked} ✓` : words.dataset.idle;
}

for (const all of document.querySelectorAll("[data-pick-all]")) all.hidden = false;
