// I bring what the server says now into a region of the page, without touching a field somebody has written in.
const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea";

export function merge(old, fresh, onNew) {
  if (plain(old) === plain(fresh)) return;
  if (old.matches("form") && busy(old)) return; // a form goes with the version it was read at
  const [mine, theirs] = [[...old.children], [...fresh.children]];
  if (!busy(old) || !mine.length || old.tagName !== fresh.tagName) {
    if (busy(old)) return;
    const copy = document.importNode(fresh, true);
    carry(old, copy);
    old.replaceWith(copy);
    return onNew(copy);
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
  mergeChildren(old, mine, theirs, onNew);
}

/** Children are the same when they have the same id, else the same place among those without one. */
function mergeChildren(old, mine, theirs, onNew) {
  const bare = mine.filter((child) => !child.id);
  const named = new Map(mine.filter((child) => child.id).map((child) => [child.id, child]));
  const kept = new Set();
  let after = null;
  for (const child of theirs) {
    const twin = child.id ? named.get(child.id) : bare.shift();
    if (twin && (busy(twin) || twin.tagName === child.tagName)) {
      const place = twin.nextSibling;
      merge(twin, child, onNew);
      const now = twin.isConnected ? twin : place ? place.previousElementSibling : old.lastElementChild;
      kept.add(now);
      after = now;
    } else {
      const copy = document.importNode(child, true);
      if (after) after.after(copy);
      else old.prepend(copy);
      onNew(copy);
      kept.add(copy);
      after = copy;
    }
  }
  for (const child of [...old.children]) if (!kept.has(child) && !busy(child)) child.remove();
}

/** Somebody writes here, or has written something that is not sent yet. */
export function busy(element) {
  const focused = document.activeElement;
  if (focused && element.contains(focused) && focused.matches(`${TYPED}, select`)) return true;
  if (element.matches("[data-unsaved]") || element.querySelector("[data-unsaved]")) return true;
  const fields = [...element.querySelectorAll(TYPED), ...(element.matches(TYPED) ? [element] : [])];
  if (fields.some((field) => field.type !== "file" && field.value !== field.defaultValue)) return true;
  return [...element.querySelectorAll("select option, [data-typed] input:is([type=checkbox], [type=radio])")].some(
    (one) => (one.matches("option") ? one.selected !== one.defaultSelected && one.closest("select").value !== first(one) : one.checked !== one.defaultChecked));
}

/** What stands in an untouched select: the marked option, else the first. */
function first(option) {
  const options = [...option.closest("select").options];
  return (options.find((one) => one.defaultSelected) ?? options[0]).value;
}

/** What is unfolded, scrolled, ticked, pointed at or focused stays so. */
function carry(old, copy) {
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  copy.querySelectorAll("details").forEach((details, n) => { details.open = open[n] ?? details.open; });
  const scrolled = [...old.querySelectorAll(".scroll")].map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  if (scrolled.some(([left, top]) => left || top)) queueMicrotask(() => copy.querySelectorAll(".scroll").forEach((region, n) => region.scrollTo(...(scrolled[n] ?? [0, 0]))));
  for (const slider of old.querySelectorAll("[role=slider][id]")) walked(slider, copy.querySelector(`#${slider.id}`));
  const ticked = new Set([...old.querySelectorAll("[data-pick]:checked")].map((box) => box.value));
  for (const box of copy.querySelectorAll("[data-pick]")) box.checked = ticked.has(box.value);
  for (const all of copy.querySelectorAll("[data-pick-all]")) all.hidden = false;
  const focused = document.activeElement;
  if (focused?.id && old.contains(focused)) queueMicrotask(() => document.getElementById(focused.id)?.focus({ preventScroll: true }));
  else if (focused?.href && old.contains(focused)) queueMicrotask(() => [...copy.querySelectorAll("a")].find((link) => link.href === focused.href)?.focus({ preventScroll: true }));
}

/** A chart's reader stays on the point that was read; who stood at the end stays at the end. */
function walked(slider, fresh) {
  const at = slider.getAttribute("aria-valuenow");
  if (fresh && at !== slider.getAttribute("aria-valuemax")) fresh.setAttribute("aria-valuenow", at);
}

/** The markup as the server wrote it: masked tokens, the crosshair, ticks, what only script can use and what is unfolded do not count as change. */
export function plain(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[name=csrfmiddlewaretoken], .x, .tip").forEach((part) => part.remove());
  copy.querySelectorAll("details").forEach((details) => details.removeAttribute("open"));
  copy.querySelectorAll("[data-since]").forEach((timer) => timer.replaceChildren());
  copy.querySelectorAll("[data-pick-all]").forEach((all) => { all.hidden = true; });
  copy.querySelectorAll("[aria-busy]").forEach((part) => part.removeAttribute("aria-busy"));
  copy.querySelectorAll("[role=slider]").forEach((slider) => { slider.removeAttribute("aria-valuenow"); slider.removeAttribute("aria-valuetext"); });
  return copy.outerHTML;
}
