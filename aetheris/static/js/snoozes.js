// I bring a snoozed alert back when its time is over, also on the page one has gone on to.
import * as alerts from "./alerts.js";

const KEY = "snoozed", LONGEST = 2 ** 31 - 1;
let address = "";

export function adopt(url) {
  address = url;
  for (const [number, until] of Object.entries(read())) wait(Number(number), until);
}

export function snoozed(number, until) {
  alerts.dismissed(number);
  sessionStorage.setItem(KEY, JSON.stringify({ ...read(), [number]: until }));
  wait(number, until);
}

function wait(number, until) {
  setTimeout(() => back(number, until), Math.min(LONGEST, Math.max(0, Date.parse(until) - Date.now()) + 500));
}

/** The server knows whether it was acknowledged meanwhile, or snoozed once more. */
async function back(number, until) {
  if (read()[number] !== until) return;
  try {
    const reply = await fetch(`${address}?since=${number - 1}&limit=1`, { headers: { Accept: "application/json" } });
    if (!reply.ok) return;
    const found = await reply.json();
    const alert = (found.results ?? found)[0];
    forget(number);
    if (alert?.number === number && !alert.dismissed && !alert.snoozed_until) alerts.again(alert);
  } catch {
    setTimeout(() => back(number, until), 15_000); // offline: asked again
  }
}

function forget(number) {
  const { [number]: _, ...rest } = read();
  sessionStorage.setItem(KEY, JSON.stringify(rest));
}

function read() {
  return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
}
