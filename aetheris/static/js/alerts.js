// I show each alert once, the gravest on top, and close it in every tab when it is acknowledged in one.
import { readCharts } from "./charts.js";
import { buildDialog, close, show } from "./dialogs.js";
import { send, tabs } from "./acknowledge.js";
import { refresh } from "./refresh.js";
import { quiet, sound } from "./sound.js";
import { say } from "./words.js";
import { addToast, dropToasts, hasToasts } from "./toasts.js";

const arrivedAt = new Map();
const title = document.title;
let current = null;

tabs.onmessage = ({ data }) => dismissed(data.dismissed);
document.addEventListener("live:page", ({ detail }) => reconcile(detail.page, detail.askedAt));
document.addEventListener("toasts:changed", mark);
document.addEventListener("submit", onSubmit);

/** Take over the dialogs the server wrote into a page. */
export function adopt(page) {
  for (const dialog of page.querySelectorAll("#standing > dialog")) {
    const number = Number(dialog.dataset.alert);
    if (page !== document && arrivedAt.has(number)) continue;
    arrivedAt.set(number, performance.now());
    const own = page === document ? dialog : document.getElementById("standing").appendChild(document.importNode(dialog, true));
    own.removeAttribute("open");
    readCharts(own);
  }
  showGravest();
}

/** True when this alert was not known yet. */
export function receive(alert, late) {
  if (!alert.number || arrivedAt.has(alert.number)) return false;
  arrivedAt.set(alert.number, performance.now());
  if (alert.dismissed) return true;
  if (!late) sound(alert.level);
  if (alert.level > 1) {
    dropToasts((other) => other.rule === alert.rule && other.account_id === alert.account_id);
    document.getElementById("standing").append(buildDialog(alert, late));
    showGravest();
  } else {
    addToast(alert, late);
  }
  mark();
  return true;
}

/** One that was silent for a while and is not acknowledged yet. */
export function again(alert) {
  arrivedAt.delete(alert.number);
  receive(alert, false);
}

export function dismissed(number) {
  quiet();
  document.querySelector(`#standing > dialog[data-alert="${Number(number)}"]`)?.remove();
  dropToasts((alert) => alert.number === Number(number));
  if (current && !current.isConnected) current = null;
  showGravest();
}

export function announce(words) {
  document.getElementById("say").textContent = words;
}

function standing() {
  const grave = (dialog) => Number(dialog.dataset.level) * 1e9 - Number(dialog.dataset.alert);
  return [...document.querySelectorAll("#standing > dialog")].sort((a, b) => grave(b) - grave(a));
}

function showGravest() {
  const [first, ...rest] = standing();
  if (first !== current) {
    if (current) close(current);
    current = first ?? null;
    if (current) show(current, () => current);
  }
  const others = rest.filter((dialog) => dialog.dataset.level === "3");
  current?.querySelector("[data-more]")?.replaceChildren(...others.map((dialog) => {
    const line = document.createElement("li");
    line.textContent = say("Also waiting: {title}", { title: dialog.querySelector("[data-label]").textContent.replace(/^Stop\. /, "") });
    return line;
  }));
  mark();
}

/** The server's page is the truth: take in what we missed, let go of what was acknowledged elsewhere. */
function reconcile(page, askedAt) {
  if (!page.getElementById("standing")) return;
  const truth = new Set([...page.querySelectorAll("#standing > dialog")].map((dialog) => dialog.dataset.alert));
  for (const dialog of standing()) {
    if (!truth.has(dialog.dataset.alert) && arrivedAt.get(Number(dialog.dataset.alert)) < askedAt) dismissed(dialog.dataset.alert);
    const panel = dialog.querySelector("[data-panel]");
    const fuller = page.querySelector(`#standing > dialog[data-alert="${dialog.dataset.alert}"] [data-panel]`);
    if (panel && fuller && !panel.querySelector(".chart") && fuller.querySelector(".chart, .tl")) {
      panel.replaceChildren(...document.importNode(fuller, true).childNodes);
      readCharts(panel);
    }
  }
  adopt(page);
}

async function onSubmit(event) {
  const holder = event.target.closest("dialog[data-alert], [data-dismiss]");
  if (!holder) return;
  event.preventDefault();
  const number = Number(holder.dataset.alert ?? holder.dataset.dismiss);
  if (!(await send(event.target, event.submitter, [event.target.getAttribute("action")], holder))) return;
  tabs.postMessage({ dismissed: number });
  dismissed(number);
  document.querySelector(`[data-row="${number}"] form`)?.remove();
  refresh();
}

function mark() {
  const alarmed = standing().length > 0 || hasToasts();
  document.title = alarmed ? `(!) ${title}` : title;
  const icon = document.querySelector("link[rel=icon]");
  const wanted = alarmed ? icon?.dataset.alarm : icon?.dataset.calm;
  if (wanted && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}
