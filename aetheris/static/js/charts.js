// I read server-drawn charts aloud and under the pointer: crosshair, tooltip, arrow keys. Without me they are complete.
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 20, PageDown: -20, Home: -Infinity, End: Infinity };
const known = new WeakSet();

export function readCharts(root) {
  for (const chart of root.querySelectorAll("[data-chart]")) if (!known.has(chart)) read(chart);
}

function read(chart) {
  known.add(chart);
  const plot = chart.querySelector("[role=slider]");
  const { top, bottom, reach, points } = JSON.parse(chart.querySelector("script[type='application/json']").textContent);
  let at = Math.min(Number(plot.getAttribute("aria-valuenow")), points.length - 1), cross = null, frame = 0;

  const show = (n) => {
    at = n;
    cross ??= addCross(plot, top, bottom);
    place(cross, plot, points[n], top, bottom);
    plot.setAttribute("aria-valuenow", n);
    plot.setAttribute("aria-valuetext", points[n][3]);
  };
  const hide = () => {
    cross?.group.remove();
    cross?.tip.remove();
    cross = null;
  };
  const point = ({ clientX, clientY }) => {
    const found = reach ? close(points, plot, clientX, clientY, reach) : nearest(points, plot, clientX);
    if (found >= 0) show(found);
    else if (document.activeElement !== plot) hide();
  };
  plot.addEventListener("pointermove", (event) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => point(event));
  });
  plot.addEventListener("pointerleave", () => {
    cancelAnimationFrame(frame);
    if (document.activeElement !== plot) hide();
  });
  plot.addEventListener("focus", () => plot.matches(":focus-visible") && show(at));
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    show(Math.max(0, Math.min(points.length - 1, at + STEPS[event.key])));
  });
}

function addCross(plot, top, bottom) {
  const group = element("g", "x"), line = element("line", "x-line"), dots = [element("circle", "x-pt"), element("circle", "x-pt")];
  line.setAttribute("y1", top);
  line.setAttribute("y2", bottom);
  dots.forEach((dot, n) => dot.setAttribute("r", 4 - n));
  group.append(line, ...dots);
  plot.querySelector("svg").append(group);
  const tip = document.createElement("div");
  tip.className = "tip";
  plot.append(tip);
  return { group, line, dots, tip };
}

function place({ line, dots, tip }, plot, [x, ...rest], top, bottom) {
  const width = plot.clientWidth, px = (x / 100) * width, text = rest[2];
  line.setAttribute("x1", `${x}%`);
  line.setAttribute("x2", `${x}%`);
  dots.forEach((dot, n) => {
    dot.setAttribute("visibility", rest[n] === null ? "hidden" : "visible");
    dot.setAttribute("cx", `${x}%`);
    dot.setAttribute("cy", rest[n] ?? 0);
  });
  tip.textContent = text.replace(/ · /g, "\n");
  const left = px + 14 + tip.offsetWidth > width ? px - tip.offsetWidth - 14 : px + 14;
  const down = Math.max(top, Math.min(rest[0] - tip.offsetHeight - 8, bottom - tip.offsetHeight));
  tip.style.transform = `translate(${Math.max(0, left).toFixed(0)}px, ${down.toFixed(0)}px)`;
}

function nearest(points, plot, clientX) {
  const box = plot.getBoundingClientRect(), x = ((clientX - box.left) / box.width) * 100;
  let low = 0, high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < x) low = middle;
    else high = middle;
  }
  return Math.abs(points[low][0] - x) < Math.abs(points[high][0] - x) ? low : high;
}

/** The point nearest to the pointer both ways, if any lies within reach. */
function close(points, plot, clientX, clientY, reach) {
  const box = plot.getBoundingClientRect(), x = clientX - box.left, y = clientY - box.top;
  let found = -1, least = reach ** 2;
  points.forEach(([left, down], n) => {
    const far = ((left / 100) * box.width - x) ** 2 + (down - y) ** 2;
    if (far <= least) [found, least] = [n, far];
  });
  return found;
}

function element(name, className) {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("class", className);
  return made;
}
