// I send an acknowledgement and say so when it could not be recorded; other tabs hear of it through me.
import { say } from "./words.js";

export const tabs = new BroadcastChannel("aetheris-alerts");

export async function send(form, submitter, urls, holder) {
  const note = holder.querySelector("[data-error]");
  if (note) note.hidden = true;
  submitter?.setAttribute("aria-busy", "true");
  try {
    for (const url of urls) await post(url, new FormData(form, submitter));
    return true;
  } catch {
    if (note) {
      note.textContent = say("This could not be recorded. Nothing was closed; check your connection and try again.");
      note.hidden = false;
    }
    return false;
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
}

async function post(url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": body.get("csrfmiddlewaretoken") ?? "" };
  const reply = await fetch(url, { method: "POST", body, headers });
  if (!reply.ok || (reply.redirected && /login/.test(reply.url))) throw new Error(String(reply.status));
}
