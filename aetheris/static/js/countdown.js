// I count down to the end of a pause, and speak only at ten, five and one minutes.
import { refresh } from "./refresh.js";
import { say } from "./words.js";

const EVERY = 1_000, SPOKEN = [10, 5, 1];
const said = new Map(); // place's end → the last minute that was spoken

setInterval(count, EVERY);
count();

function count() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const seconds = Math.ceil((Date.parse(place.dataset.until) - Date.now()) / 1000);
    if (seconds < 0) {
      place.removeAttribute("data-until");
      refresh();
      continue;
    }
    const words = left(seconds);
    if (place.textContent !== words) place.textContent = words;
    speak(place.dataset.until, seconds);
  }
}

function left(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return say("{hours}h {minutes}m left", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
  return say("{time} left", { time: `${minutes}:${String(seconds % 60).padStart(2, "0")}` });
}

function speak(end, seconds) {
  const minute = SPOKEN.find((one) => seconds <= one * 60 && seconds > one * 60 - 5);
  if (!minute || said.get(end) === minute) return;
  said.set(end, minute);
  document.getElementById("say").textContent = minute === 1 ? say("1 minute of cooling left") : say("{n} minutes of cooling left", { n: minute });
}
