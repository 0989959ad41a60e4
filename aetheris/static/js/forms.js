// I show that a form is on its way, keep empty filters out of the address, and reveal a password when asked.
document.addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
  if (defaultPrevented || !target.matches("[data-busy]") || !submitter) return;
  setTimeout(() => { // after the browser has read the button's value
    submitter.setAttribute("aria-busy", "true");
    for (const button of target.querySelectorAll("button")) button.disabled = true;
  });
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-busy] button")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("[data-filters]")) return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

for (const reveal of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(reveal.dataset.reveal);
  reveal.hidden = false;
  reveal.querySelector("input").addEventListener("change", ({ target }) => { field.type = target.checked ? "text" : "password"; });
}
