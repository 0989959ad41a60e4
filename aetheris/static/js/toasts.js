// I show level 1 alerts: three at most, the same rule and account within a minute as one with a count.
import { send, tabs } from "./acknowledge.js";
import { refresh } from "./refresh.js";
import { say } from "./words.js";

const MOST = 3, SAME_WITHIN = 60_000;
const shown = []; // {toast, alerts, at}, oldest first

export function addToast(alert, late) {
  const last = shown.find((entry) => entry.alerts[0].rule === alert.rule && entry.alerts[0].account_id === alert.account_id);
  if (last && Date.now() - last.at < SAME_WITHIN) return again(last, alert);
  const toast = document.getElementById("alert-1").content.firstElementChild.cloneNode(true);
  const entry = { toast, alerts: [alert], at: Date.now() };
  fill(entry, late);
  toast.querySelector("[data-hide]").addEventListener("click", () => drop(entry));
  toast.querySelector("form").addEventListener("submit", (event) => dismiss(event, entry));
  shown.push(entry);
  document.querySelector(".toasts").append(toast);
  document.getElementById("say").textContent = `${alert.title}. ${alert.body}`;
  while (shown.length > MOST) drop(shown[0]);
}

export function dropToasts(matches) {
  for (const entry of [...shown]) if (entry.alerts.some(matches)) drop(entry);
}

export function hasToasts() {
  return shown.length > 0;
}

function again(entry, alert) {
  entry.alerts.push(alert);
  entry.at = Date.now();
  fill(entry, false);
}

function fill({ toast, alerts }, late) {
  const alert = alerts.at(-1);
  toast.dataset.alert = alert.number;
  toast.querySelector("[data-fill=title]").textContent = alert.title;
  toast.querySelector("[data-fill=body]").textContent = alert.body;
  const times = toast.querySelector("[data-times]");
  [times.hidden, times.textContent] = [alerts.length < 2, `×${alerts.length}`];
  const missed = toast.querySelector("[data-missed]");
  [missed.hidden, missed.textContent] = [!late, say("Missed while away, {at}", { at: alert.at_label })];
}

async function dismiss(event, entry) {
  event.preventDefault();
  const urls = entry.alerts.map((alert) => alert.acknowledge_url);
  if (!(await send(event.target, event.submitter, urls, entry.toast))) return;
  tabs.postMessage({ dismissed: entry.alerts.at(-1).number });
  drop(entry);
  refresh();
}

function drop(entry) {
  entry.toast.remove();
  shown.splice(shown.indexOf(entry), 1);
  document.dispatchEvent(new CustomEvent("toasts:changed"));
}
