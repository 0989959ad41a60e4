// I bring the tab one stands on into sight where a row of tabs is wider than its screen.
for (const here of document.querySelectorAll(".tabs [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft += here.getBoundingClientRect().right - row.getBoundingClientRect().right + 48;
}
