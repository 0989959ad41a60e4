// I build the level 2 and 3 dialogs from the page's own templates, and hold them open until they are acknowledged.
import { decimal, headline, money, percent, stressed } from "./figures.js";
import { say } from "./words.js";

const CALM_DOWN = 2_000;

export function buildDialog(alert, late) {
  const dialog = document.getElementById(`alert-${alert.level}`).content.firstElementChild.cloneNode(true);
  Object.assign(dialog.dataset, { alert: alert.number, rule: alert.rule, account: alert.account_id });
  dialog.querySelector("form").action = alert.acknowledge_url;
  name(dialog, alert.number);
  fill(dialog, alert, late);
  return dialog;
}

/** Open on top of everything; `holder()` tells which dialog must not close by itself. */
export function show(dialog, holder) {
  if (!dialog.dataset.held) {
    dialog.dataset.held = "1";
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
    dialog.addEventListener("close", () => dialog.isConnected && holder() === dialog && !dialog.open && dialog.showModal());
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-label]").focus();
  const button = dialog.querySelector("[data-acknowledge]");
  if (!button) return;
  button.disabled = true; // a stray Enter must not acknowledge
  setTimeout(() => { button.disabled = false; }, CALM_DOWN);
}

export function close(dialog) {
  if (dialog.open) dialog.close();
}

function name(dialog, number) {
  const ids = { label: `alert-${number}-title`, describe: `alert-${number}-body`, note: `alert-${number}-note` };
  dialog.querySelector("[data-label]").id = ids.label;
  dialog.querySelector("[data-describe]").id = ids.describe;
  dialog.querySelector("[data-note]").id = ids.note;
  dialog.querySelector("[data-for]").htmlFor = ids.note;
  dialog.setAttribute("aria-labelledby", ids.label);
  dialog.setAttribute("aria-describedby", ids.describe);
}

function fill(dialog, alert, late) {
  const words = {
    title: alert.title, headline: headline(alert.title), number: alert.number, resets_label: alert.resets_label,
    heard: late ? say("Missed while away, {at}", { at: alert.at_label }) : delay(alert.at),
    used: !alert.used_percent ? "" : percent(alert.used_percent),
  };
  for (const place of dialog.querySelectorAll("[data-fill]")) place.textContent = words[place.dataset.fill] ?? "";
  dialog.querySelector("[data-fill=heard]")?.classList.toggle("on", !late);
  dialog.querySelector("[data-describe]").replaceChildren(...stressed(alert.body ?? "", alert.account_name));
  for (const place of dialog.querySelectorAll("[data-money]")) place.textContent = money(alert[place.dataset.money], alert.currency);
  fillBar(dialog.querySelector(".use"), alert);
  const known = { ...alert, measured: alert.loss_today == null ? alert.value : null };
  for (const place of dialog.querySelectorAll("[data-when]")) place.hidden = known[place.dataset.when] == null || known[place.dataset.when] === "";
  const missed = dialog.querySelector("[data-missed]");
  if (missed && late) [missed.hidden, missed.textContent] = [false, words.heard];
}

/** As aetheris/charts/usebar.py draws it: a tenth more room than the last level, a tick at each. */
function fillBar(bar, { used_percent: used, limit, levels }) {
  if (!bar || !used || !Number(limit)) return;
  const shares = (levels ?? [[3, limit]]).map(([, at]) => Math.abs(at / limit)), full = shares.at(-1) * 1.1;
  const tick = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const share of shares) {
    const own = bar.appendChild(tick.cloneNode());
    for (const [key, value] of Object.entries({ class: "use__tick", x: `${(100 * share) / full}%`, width: 2, height: 10 })) own.setAttribute(key, value);
  }
  bar.querySelector(".use__v").setAttribute("width", `${Math.min(100, used / full)}%`);
  bar.classList.add("use--l2");
  bar.removeAttribute("hidden");
}

function delay(at) {
  const seconds = (Date.now() - Date.parse(at)) / 1000;
  return seconds >= 0 && seconds < 60 ? say("Live, received {n} s after the breach", { n: decimal(seconds) }) : say("Live");
}
