// I ask the browser for a passkey as the page's options say, and send its answer in the page's own form.
import { say } from "./words.js";

const form = document.querySelector("form[data-passkey]");
const options = JSON.parse(document.getElementById("passkey-options").textContent).publicKey;
const trouble = form.querySelector("[data-trouble]");
const button = form.querySelector("button");
const makes = form.dataset.passkey === "create";

const WORDS = {
  NotAllowedError: say("Nothing was shown. Try again, or take another way."),
  InvalidStateError: say("This device has a passkey for your account already."),
  SecurityError: say("Passkeys need this site under its own name, over https."),
};

const tell = (words) => { trouble.textContent = words; trouble.hidden = false; };

const ask = () => makes
  ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
  : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.hidden = true;
  button.disabled = true;
  try {
    form.elements.answer.value = JSON.stringify(await ask());
    form.submit();
  } catch (error) {
    button.disabled = false;
    tell(WORDS[error.name] ?? say("The passkey could not be read. Take another way."));
  }
});

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) button.hidden = false;
else tell(say("This browser does not speak passkeys as we do, or the page did not come over https. Take another way."));
