// I sound an alert where that was chosen: one, two or three falling notes, in the tab that is seen.
const NOTES = [880, 660, 440], NOTE_SECONDS = 0.18, AGAIN = 5_000;
const SHAKES = { 1: [120], 2: [120, 80, 120], 3: [300, 100, 300] };
let context = null, repeat = 0;

document.addEventListener("click", ({ target }) => {
  const test = target.closest("[data-sound-test]");
  if (test) play(Number(test.dataset.soundTest));
});
for (const place of document.querySelectorAll("[data-scripted]")) place.hidden = false;

export function sound(level) {
  const { sound: wanted, vibration } = document.body.dataset;
  if (document.hidden) return;
  if (vibration) navigator.vibrate?.(SHAKES[level]);
  if (!wanted) return;
  play(level);
  clearInterval(repeat);
  if (level < 3) return;
  let times = 1;
  repeat = setInterval(() => { play(3); if (++times === 3) clearInterval(repeat); }, AGAIN);
}

export function quiet() {
  clearInterval(repeat);
}

function play(level) {
  context ??= new AudioContext();
  context.resume();
  NOTES.slice(0, level).forEach((pitch, place) => note(pitch, context.currentTime + place * NOTE_SECONDS * 1.3));
}

function note(pitch, at) {
  const tone = context.createOscillator(), loudness = context.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.001, at);
  loudness.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_SECONDS);
}
