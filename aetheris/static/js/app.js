// I start what a page needs; without me every page still works.
import "./forms.js";
import "./menus.js";
import "./tabs.js";
import "./keys.js";
import "./journal.js";
import "./timers.js";
import "./countdown.js";
import { readCharts } from "./charts.js";
import { goLive } from "./live.js";

readCharts(document);
goLive(document.body);
if ("serviceWorker" in navigator && document.body.dataset.socket) navigator.serviceWorker.register("/worker.js").catch(() => {});
