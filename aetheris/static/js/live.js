// I carry what the socket says to the alerts and to the figures on the page.
import * as alerts from "./alerts.js";
import * as snoozes from "./snoozes.js";
import { showState } from "./connection.js";
import { refresh } from "./refresh.js";
import { LiveSocket } from "./socket.js";
import { say } from "./words.js";

const POLL_AFTER = 60_000, POLL_EVERY = 15_000, REPLAY_SETTLES = 1_500;
let last = 0, connectedAt = 0, missed = 0, pollFrom = 0, poll = 0;

export function goLive(body) {
  alerts.adopt(document);
  if (!body.dataset.socket) return;
  snoozes.adopt(body.dataset.alerts);
  last = Number(body.dataset.last) || 0;
  const socket = new LiveSocket(body.dataset.socket, () => last);
  socket.addEventListener("state", ({ detail }) => onState(detail, body.dataset.alerts));
  socket.addEventListener("message", ({ detail }) => onMessage(detail));
  document.querySelector("[data-retry]")?.addEventListener("click", () => socket.retry());
  socket.open();
}

function onState({ name, tries }, alertsUrl) {
  showState(name, tries);
  if (name === "live") return caughtUp(tries);
  if (name === "refused") return stopPolling();
  pollFrom ||= setTimeout(() => { poll = setInterval(() => readMissed(alertsUrl), POLL_EVERY); readMissed(alertsUrl); }, POLL_AFTER);
}

function caughtUp(tries) {
  stopPolling();
  connectedAt = Date.now();
  missed = 0;
  if (!tries) return;
  refresh();
  setTimeout(() => alerts.announce(back()), REPLAY_SETTLES);
}

function back() {
  if (!missed) return say("Live again");
  return missed === 1 ? say("Live again, 1 missed alert") : say("Live again, {n} missed alerts", { n: missed });
}

function stopPolling() {
  clearTimeout(pollFrom);
  clearInterval(poll);
  pollFrom = poll = 0;
}

function onMessage(message) {
  switch (message.type) {
    case "ARMOR_BREACH": return onBreach({ ...message.data, number: message.number ?? message.data?.number, level: message.level ?? message.data?.level });
    case "ALERT_SNOOZED": snoozes.snoozed(message.number, message.until); return refresh();
    case "ALERT_DISMISSED": alerts.dismissed(message.number ?? message.data?.number); return refresh();
    case "TRADE": case "METRICS": return refresh();
  }
}

function onBreach(alert) {
  last = Math.max(last, alert.number);
  const late = connectedAt && Date.parse(alert.at) < connectedAt - 5_000;
  if (alerts.receive(alert, Boolean(late)) && late) missed += 1;
  refresh();
}

async function readMissed(url) {
  try {
    const reply = await fetch(`${url}?since=${last}`, { headers: { Accept: "application/json" } });
    if (!reply.ok) return;
    const found = await reply.json();
    for (const alert of found.results ?? found) onBreach(alert);
  } catch {
    // still offline; the next poll asks again
  }
}
