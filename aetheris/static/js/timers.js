// I let a running session count on by itself; the server's own figure stands when I do not run.
import { say } from "./words.js";

function tick() {
  for (const place of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const text = h ? say("{h}h {m}m", { h, m: String(m).padStart(2, "0") }) : say("{m}m {s}s", { m, s: String(s).padStart(2, "0") });
    if (place.textContent !== text) place.textContent = text;
  }
}

if (document.querySelector("#live-sittings")) setInterval(tick, 1_000);
