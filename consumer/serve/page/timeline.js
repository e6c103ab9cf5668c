// SPDX-License-Identifier: Apache-2.0
// Draws /state?history=1 as one row a slot, and draws it again when /changes tells of a change.
"use strict";

const LABEL = 190, ROW = 22, YEAR = 34, TOP = 26;
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
let chosen = null; // slot, value and begin of the spell whose proof is shown

function svg(name, attributes, parent) {
	const e = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
	if (parent) parent.append(e);
	return e;
}

function html(name, text, parent) {
	const e = document.createElement(name);
	e.textContent = text;
	if (parent) parent.append(e);
	return e;
}

// A day as a number of years; null is unbounded.
function years(day) {
	if (day === null) return null;
	const t = new Date(day + "T00:00:00Z"), y = t.getUTCFullYear();
	return y + (t - Date.UTC(y, 0, 1)) / (Date.UTC(y + 1, 0, 1) - Date.UTC(y, 0, 1));
}

function bound(b) {
	if (b.lo === null && b.hi === null) return "not known";
	if (b.lo === b.hi) return b.lo;
	if (b.hi === null) return `${b.lo} or later`;
	if (b.lo === null) return `${b.hi} or earlier`;
	return `${b.lo} to ${b.hi}`;
}

function key(s) {
	return [s.slot, s.value, s.begin.lo, s.begin.hi].join("|");
}

function range(spells) {
	const all = spells.flatMap((s) => [s.begin.lo, s.begin.hi, s.end.lo, s.end.hi]).map(years).filter((y) => y !== null);
	return all.length ? [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all) + 0.5)] : [2000, 2001];
}

function showDetail(s) {
	const box = byId("detail");
	box.replaceChildren();
	html("h2", `${s.slot}: ${s.value}`, box);
	const list = html("dl", "", box);
	const facts = [["status", s.status], ["began", bound(s.begin)], ["ended", bound(s.end)],
		["support", `${s.support.items} items, ${s.support.origins} origins`]];
	if (s.inferred && s.inferred.length) facts.push(["inferred, not stated", s.inferred.join(", ")]);
	for (const [name, value] of facts) {
		html("dt", name, list);
		html("dd", value, list);
	}
	for (const e of s.evidence) {
		const quote = html("blockquote", e.exact, box);
		html("cite", `${e.uri}${e.version ? ` version ${e.version}` : ""}, ${e.field} ${e.start}–${e.end}`, quote);
	}
}

function drawSpell(parent, s, next, y, from, to, x) {
	const g = svg("g", { class: "spell" + (key(s) === chosen ? " chosen" : ""), tabindex: 0, role: "button",
		"data-slot": s.slot, "data-value": s.value, "data-status": s.status,
		"aria-label": `${s.slot} ${s.value}, ${s.status}` }, parent);
	const lo = years(s.begin.lo) ?? from, hi = years(s.begin.hi) ?? to;
	const endLo = years(s.end.lo) ?? lo, endHi = years(s.end.hi) ?? to;
	const bar = (a, b, fuzzy) => svg("rect", { x: x(a), width: Math.max(x(b) - x(a), 3), y: y + 3, height: ROW - 6, rx: 2,
		class: s.status + (fuzzy ? " fuzzy" : "") }, g);
	bar(lo, Math.max(endHi, lo), true);
	if (endLo > hi) bar(hi, endLo, false);
	else if (s.begin.lo === s.begin.hi && s.end.hi === null) bar(hi, to, false);
	else bar(hi, Math.max(hi, Math.min(endLo, endHi)), false);
	svg("title", {}, g).textContent = `${s.value}: ${bound(s.begin)} – ${bound(s.end)} (${s.status})`;
	const until = next ? Math.min(endHi, years(next.begin.lo) ?? endHi) : endHi;
	if (x(until) - x(lo) > 7 * s.value.length + 6)
		svg("text", { x: Math.max(x(lo), LABEL) + 5, y: y + ROW / 2 + 4, class: "value" }, g).textContent = s.value;
	const choose = () => {
		chosen = key(s);
		document.querySelectorAll("g.chosen").forEach((e) => e.classList.remove("chosen"));
		g.classList.add("chosen");
		showDetail(s);
	};
	g.addEventListener("click", choose);
	g.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(); } });
}

function draw(spells) {
	const slots = [...new Set(spells.map((s) => s.slot))];
	const [from, to] = range(spells), x = (y) => LABEL + (Math.min(Math.max(y, from), to) - from) * YEAR;
	const root = svg("svg", { width: x(to) + 10, height: TOP + slots.length * ROW + 10, role: "group", "aria-label": "timeline" });
	for (let y = from; y <= to; y++) {
		svg("line", { x1: x(y), x2: x(y), y1: TOP, y2: TOP + slots.length * ROW, class: "grid" }, root);
		if (y < to) svg("text", { x: x(y) + 3, y: TOP - 8 }, root).textContent = y;
	}
	slots.forEach((slot, i) => {
		const y = TOP + i * ROW;
		svg("rect", { x: 0, y, width: x(to) + 10, height: ROW, class: "row" }, root);
		svg("text", { x: 8, y: y + ROW / 2 + 4 }, root).textContent = slot;
		spells.filter((s) => s.slot === slot).forEach((s, n, row) => drawSpell(root, s, row[n + 1], y, from, to, x));
	});
	byId("chart").replaceChildren(root);
}

async function load() {
	const kind = byId("kind").value, known = byId("known").value;
	const question = new URLSearchParams({ history: "1" });
	if (kind) question.set("slot", kind);
	if (known) question.set("known-at", known + "T23:59:59Z");
	try {
		const answer = await fetch("/state?" + question);
		if (!answer.ok) throw new Error((await answer.text()).trim());
		const state = await answer.json();
		draw(state.spells);
		byId("status").textContent = `${state.spells.length} spells; change ${state.sequence} of epoch ${state.epoch}; ` +
			`the news has reached ${state.day}`;
		if (!kind) fillKinds(state.spells);
	} catch (e) {
		byId("chart").replaceChildren();
		byId("status").textContent = e.message;
	}
}

function fillKinds(spells) {
	const select = byId("kind"), had = new Set([...select.options].map((o) => o.value));
	for (const kind of [...new Set(spells.map((s) => s.slot.split("/")[0]))].sort())
		if (!had.has(kind)) select.append(new Option(kind, kind));
}

let soon = 0;
function loadSoon() { // many changes at once are one drawing
	clearTimeout(soon);
	soon = setTimeout(load, 300);
}

byId("view").addEventListener("input", load);
byId("view").addEventListener("submit", (e) => e.preventDefault());
load();
new EventSource("/changes").onmessage = loadSoon;
