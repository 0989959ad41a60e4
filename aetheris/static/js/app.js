// I start what a page needs; without me every page still works.
import "./forms.js";
import "./menus.js";
import { readCharts } from "./charts.js";
import { goLive } from "./live.js";

readCharts(document);
goLive(document.body);
