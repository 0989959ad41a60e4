// I write figures as aetheris/charts/words.py does: a true minus, never a negative zero.
import { french } from "./words.js";

const FIGURE = /[\u2212+]?\$[\d,]+(?:\.\d+)?|[\u2212+]?\d[\d\u202f]*(?:,\d+)?\u202f[$%]|[\d,]+(?:\.\d+)?%/;

/** One decimal place, as the reader writes it. */
export function decimal(value) {
  const digits = Number(value).toFixed(1);
  return french ? digits.replace(".", ",") : digits;
}

export function percent(value) {
  return `${decimal(value)}${french ? "\u202f" : ""}%`;
}

export function money(value, currency = "USD") {
  if (value === null || value === undefined || value === "") return "\u2013";
  const digits = Math.abs(Number(value)).toLocaleString("en-US", { maximumFractionDigits: 0, roundingMode: "halfEven" });
  const sign = Number(value) < 0 && digits !== "0" ? "\u2212" : "";
  if (french) return `${sign}${digits.replaceAll(",", "\u202f")}${currency === "USD" || !currency ? "\u202f$" : `\u00a0${currency}`}`;
  return currency === "USD" || !currency ? `${sign}$${digits}` : `${sign}${digits}\u00a0${currency}`;
}

export function headline(title) {
  const words = title.startsWith("Stop") ? title : `Stop. ${title}`;
  return words.endsWith(".") ? words : `${words}.`;
}

/** The sentence as nodes, with the account's name and every sum in bold. */
export function stressed(body, name) {
  const literal = name ? `${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}|` : "";
  return body.split(new RegExp(`(${literal}${FIGURE.source})`)).map((piece, n) => {
    if (n % 2 === 0) return document.createTextNode(piece);
    const strong = document.createElement("b");
    strong.textContent = piece;
    return strong;
  });
}
