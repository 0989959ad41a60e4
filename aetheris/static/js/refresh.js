// I ask the server which regions of this page changed and merge them in, leaving alone whatever somebody is typing.
import { readCharts } from "./charts.js";
import { showSynced } from "./connection.js";
import { merge, plain } from "./merge.js";

const SETTLE = 300, APART = 1_000, SLOWER = 2, APART_MOST = 15_000, ALWAYS = "standing";
const marks = new Map(); // region → digest of what it shows
let planned = 0, running = false, again = false, finishedAt = 0, apart = APART;

export function refresh() {
  if (running) return void (again = true);
  if (document.hidden) return document.addEventListener("visibilitychange", refresh, { once: true });
  planned ||= setTimeout(run, Math.max(SETTLE, finishedAt + apart - Date.now()));
}

/** Fetch a page of ours and show its regions here; the answer, for whoever wants to know where it ended. */
export async function load(url, { replace = [], ...options } = {}) {
  for (const id of replace) marks.delete(id);
  const askedAt = performance.now();
  const reply = await fetch(url, { ...options, headers: { ...options.headers, "X-Live": asked(replace) } });
  if (!reply.headers.get("X-Live-Regions")) throw new Error(`no regions in the answer: ${reply.status}`);
  show(new DOMParser().parseFromString(await reply.text(), "text/html"), askedAt, reply.headers.get("X-Live-Regions"), replace);
  return reply;
}

async function run() {
  [planned, running, again] = [0, true, false];
  const began = Date.now();
  try {
    await load(location.href);
  } catch {
    // offline or signed out: the old figures stay, the foot already says so
  } finally {
    [running, finishedAt] = [false, Date.now()];
    apart = Math.min(Math.max(APART, SLOWER * (finishedAt - began)), APART_MOST); // a page that is long in coming is asked for less often
    if (again) refresh();
  }
}

function asked(replace) {
  const here = [...document.querySelectorAll("[data-live][id]")].map(({ id }) => `${id}=${marks.get(id) ?? ""}`);
  return [...here, ...replace.filter((id) => !here.some((word) => word.startsWith(`${id}=`))), ALWAYS].join();
}

function show(page, askedAt, told, replace = []) {
  for (const [id, mark] of told.split(",").map((word) => word.split("="))) {
    const region = document.getElementById(id), fresh = page.getElementById(id);
    if (id === ALWAYS || !region) continue;
    if (fresh && replace.includes(id)) swap(region, fresh);
    else if (fresh && plain(fresh) !== plain(region)) merge(region, fresh, readCharts);
    const shown = document.getElementById(id);
    if (!fresh || (shown && plain(fresh) === plain(shown))) marks.set(id, mark);
    else marks.delete(id); // somebody is at work in it: ask for the whole of it next time
  }
  showSynced();
  document.dispatchEvent(new CustomEvent("live:page", { detail: { page, askedAt } }));
}

function swap(region, fresh) {
  const copy = document.importNode(fresh, true);
  region.replaceWith(copy);
  readCharts(copy);
}

document.addEventListener("focusout", ({ target }) => {
  if (target.closest?.("[data-live][id]") && !marks.has(target.closest("[data-live][id]").id) && marks.size) refresh();
});
