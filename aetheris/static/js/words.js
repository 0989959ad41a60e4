// I speak the page's language: a sentence is written here in English, and the server lays its translation into the page.
const spoken = document.documentElement.lang || "en";
const told = document.getElementById("words");
const book = told ? JSON.parse(told.textContent) : {};

export const french = spoken.startsWith("fr");

/** say("Reconnecting, try {n}", { n: 3 }) */
export function say(english, values = {}) {
  return (book[english] ?? english).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
