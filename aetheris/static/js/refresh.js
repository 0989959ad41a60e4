// I fetch this page again and swap the regions that changed, leaving alone whatever somebody is using.
import { readCharts } from "./charts.js";
import { showSynced } from "./connection.js";

const SETTLE = 300, APART = 1_000;
let planned = 0, running = false, again = false, finishedAt = 0;

export function refresh() {
  if (running) return void (again = true);
  if (document.hidden) return document.addEventListener("visibilitychange", refresh, { once: true });
  planned ||= setTimeout(run, Math.max(SETTLE, finishedAt + APART - Date.now()));
}

async function run() {
  [planned, running, again] = [0, true, false];
  const askedAt = performance.now();
  try {
    const reply = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (reply.ok && !reply.redirected) show(new DOMParser().parseFromString(await reply.text(), "text/html"), askedAt);
  } catch {
    // offline: the old figures stay, the foot already says so
  } finally {
    [running, finishedAt] = [false, Date.now()];
    if (again) refresh();
  }
}

function show(page, askedAt) {
  for (const region of document.querySelectorAll("[data-live][id]")) {
    const fresh = page.getElementById(region.id);
    if (fresh && plain(fresh) !== plain(region)) swap(region, fresh);
  }
  showSynced();
  document.dispatchEvent(new CustomEvent("live:page", { detail: { page, askedAt } }));
}

function swap(region, fresh) {
  if (region.contains(document.activeElement)) return region.addEventListener("focusout", () => setTimeout(refresh), { once: true });
  const open = [...region.querySelectorAll("details")].map((details) => details.open);
  const copy = document.importNode(fresh, true);
  copy.querySelectorAll("details").forEach((details, n) => { details.open = open[n] ?? details.open; });
  region.replaceWith(copy);
  readCharts(copy);
}

/** The markup as the server wrote it: masked tokens, the crosshair and what is unfolded do not count as change. */
function plain(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[name=csrfmiddlewaretoken], .x, .tip").forEach((part) => part.remove());
  copy.querySelectorAll("details").forEach((details) => details.removeAttribute("open"));
  copy.querySelectorAll("[role=slider]").forEach((slider) => { slider.removeAttribute("aria-valuenow"); slider.removeAttribute("aria-valuetext"); });
  return copy.outerHTML;
}
