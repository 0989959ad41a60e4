// I am Ctrl K: pages and commands at once, then whatever of the trader's own matches.
const palette = document.getElementById("palette");

if (palette) {
  const field = palette.querySelector("input"), list = palette.querySelector("ul"), own = [...list.children];
  let asked = 0, at = 0;

  const all = () => [...list.querySelectorAll("li")];
  const choose = (n) => {
    const items = all();
    at = items.length ? (n + items.length) % items.length : 0;
    items.forEach((item, k) => {
      item.id = `palette-${k}`;
      item.setAttribute("aria-selected", String(k === at));
    });
    items[at]?.scrollIntoView({ block: "nearest" });
    if (items[at]) field.setAttribute("aria-activedescendant", items[at].id);
    else field.removeAttribute("aria-activedescendant");
    palette.querySelector("[data-count]").textContent = String(items.length);
  };
  const fill = async () => {
    const sought = field.value.trim(), mine = ++asked;
    list.replaceChildren(...own.filter((item) => item.textContent.toLowerCase().includes(sought.toLowerCase())));
    choose(0);
    if (!sought) return;
    try {
      const reply = await fetch(`/find/?q=${encodeURIComponent(sought)}`, { headers: { "X-Live": "live-hits" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine !== asked) return;
      for (const hit of page.querySelectorAll(".hits li")) {
        const item = document.importNode(hit, true);
        item.setAttribute("role", "option");
        item.querySelector("a").tabIndex = -1;
        list.append(item);
      }
      choose(at);
    } catch {
      // offline: pages and commands are still there
    }
  };

  let wait = 0;
  field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(fill, 120); });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(at + step);
    } else if (event.key === "Enter") {
      const link = all()[at]?.querySelector("a");
      if (!link) return;
      event.preventDefault();
      link.click();
    }
  });
  palette.addEventListener("click", ({ target }) => {
    if (target === palette) palette.close();
    if (target.closest("[data-open-keys]")) palette.close();
  });
  palette.addEventListener("close", () => { field.value = ""; list.replaceChildren(...own); });
}

export function openPalette() {
  if (!palette || palette.open || document.querySelector("dialog[open]:not(#palette, #keys)")) return;
  palette.showModal();
  palette.querySelector("input").dispatchEvent(new Event("input"));
}
