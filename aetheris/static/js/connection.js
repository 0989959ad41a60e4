// I say in the foot, and after ten seconds in a banner, whether the page is live.
import { say } from "./words.js";

const BANNER_AFTER = 10_000;
let pending = 0, since = 0, ticking = 0;

export function showState(name, tries) {
  for (const foot of document.querySelectorAll("[data-state]")) {
    foot.classList.toggle("on", name === "live");
    foot.classList.toggle("off", name !== "live");
    foot.textContent = { live: synced(), waiting: say("Reconnecting, try {n}", { n: tries }), refused: say("Signed out") }[name];
  }
  if (name === "waiting") {
    since ||= Date.now();
    pending ||= setTimeout(showBanner, BANNER_AFTER);
    return;
  }
  clearTimeout(pending);
  clearInterval(ticking);
  pending = since = ticking = 0;
  const banner = document.getElementById("connection");
  banner.hidden = name !== "refused";
  if (name === "refused") words(banner, say("Signed out."), say("Live alerts have stopped here. Reload the page to sign in again."));
}

/** A figure just came in: the foot says when. */
export function showSynced() {
  for (const foot of document.querySelectorAll("[data-state].on")) foot.textContent = synced();
}

function synced() {
  return say("Live, synced {at}", { at: clock() });
}

function showBanner() {
  const banner = document.getElementById("connection");
  const tell = () => words(banner, say("Reconnecting."), say("Live alerts paused {time} ago. Armor keeps guarding on the server; anything missed is replayed on return.", { time: ago() }));
  tell();
  banner.hidden = false;
  ticking = setInterval(tell, 30_000);
}

function words(banner, strong, rest) {
  const b = document.createElement("b");
  b.textContent = strong;
  banner.querySelector("[data-words]").replaceChildren(b, ` ${rest}`);
}

function ago() {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** The time where the trader is, as the rest of the page; a browser's own zone may be another. */
function clock() {
  return new Date().toLocaleTimeString("en-GB", { timeZone: document.body.dataset.zone || undefined });
}
