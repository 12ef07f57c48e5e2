// Choosing a time on the calendar: a click takes the usual length, drawing takes what is drawn, and what is chosen can be moved
// or made longer by hand or by arrow keys. The fields below always hold the same; without script each stretch is a link.
import { announce } from "./announce.js";
import { words } from "./words.js";

const DAY = 1440;
const DRAG = 4; // pixels before a press counts as a drag
const FIELDS = /^(.+)-(day|begins|finishes|last_day)$/;

const field = (line, name) => document.querySelector(`[name="${line}-${name}"]`);
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minute = (typed) => (/^\d\d:\d\d/.test(typed) ? Number(typed.slice(0, 2)) * 60 + Number(typed.slice(3, 5)) : null);
const columns = (line) => document.querySelectorAll(`svg[data-times="${line}"]`);
const stretches = (column) => [...column.querySelectorAll("a[data-slot]")].map(stretchOf);
const stretchOf = (link) => ({ low: Number(link.dataset.low), high: Number(link.dataset.high) });

/** What its column says about an instrument; lengths on its step. */
function termsOf(column) {
  const { step, least, most, usual, low, high } = Object.fromEntries(Object.entries(column.dataset).map(([name, value]) => [name, Number(value)]));
  return { step, least: Math.ceil(least / step) * step, most: Math.max(Math.floor(most / step), 1) * step, usual, low, high };
}

/** As near to the wish as the step, the free stretch and the shortest and longest booking allow. */
function fitted(from, to, { low, high }, { step, least, most }, pulled = "to") {
  const down = (at) => low + Math.floor((at - low) / step) * step;
  from = down(Math.max(from, low));
  to = to >= high ? high : low + Math.ceil((to - low) / step) * step;
  if (pulled === "from") from = down(Math.min(Math.max(from, to - most), to - least));
  else to = Math.max(Math.min(to, from + most), from + least);
  if (to > high) [from, to] = [down(from - (to - high)), high];
  if (from < low) [from, to] = [low, Math.min(Math.max(to, low + least), high)];
  return { from, to };
}

/** The step nearest to a moment; the end of the stretch counts as one. */
function nearest(at, { low, high }, { step }) {
  const found = low + Math.round((at - low) / step) * step;
  return Math.abs(high - at) < Math.abs(found - at) ? high : found;
}

// --- the fields and what is drawn of them

function chosen(line) {
  const [day, begins, finishes, last] = ["day", "begins", "finishes", "last_day"].map((name) => field(line, name)?.value ?? "");
  const [from, to] = [minute(begins), minute(finishes)];
  return day && from !== null && to !== null ? { day, from, to: to || DAY, last: last || day } : null;
}

/** The part of what is chosen that falls on this day. */
function partOn(day, time) {
  if (!time || day < time.day || day > time.last) return null;
  const part = { from: day === time.day ? time.from : 0, to: day === time.last ? time.to : DAY };
  return part.from < part.to ? part : null;
}

function draw(column, part) {
  column.querySelector(".times-chosen")?.remove();
  if (!part) return;
  const terms = termsOf(column);
  const share = (at) => ((at - terms.low) / (terms.high - terms.low)) * 100;
  const shape = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const [top, bottom] = [share(part.from), share(part.to)];
  const free = stretches(column).some(({ low, high }) => low <= part.from && part.to <= high);
  const group = shape("g", { class: `times-chosen${free ? "" : " is-off"}`, "aria-hidden": "true" });
  group.append(shape("rect", { x: 1, width: "100%", y: `${top}%`, height: `${bottom - top}%`, rx: 4 }));
  const label = shape("text", { x: "50%", y: `${(top + bottom) / 2}%`, dy: "0.35em" });
  label.textContent = `${clock(part.from)}–${clock(part.to)}`;
  group.append(label);
  for (const [end, at] of [["from", top], ["to", bottom]]) {
    const edge = shape("rect", { class: "times-edge", x: 0, width: "100%", y: `${at}%`, height: 10, "data-end": end });
    edge.setAttribute("transform", `translate(0 ${end === "from" ? -3 : -7})`);
    group.append(edge);
  }
  column.append(group);
}

function redraw(line) {
  const time = chosen(line);
  for (const column of columns(line)) draw(column, partOn(column.dataset.day, time));
  for (const link of document.querySelectorAll(`a[data-slot="${line}"]`)) {
    const part = partOn(link.closest("[data-times]").dataset.day, time);
    const { low, high } = stretchOf(link);
    if (part && low < part.to && part.from < high) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function choose(line, day, { from, to }, tell) {
  for (const [name, value] of [["day", day], ["begins", clock(from)], ["finishes", clock(to % DAY)], ["last_day", ""]]) {
    const input = field(line, name);
    if (input) input.value = value;
  }
  const time = document.querySelector(`input[type="radio"][name="${line}-mode"][value="time"]`);
  if (time) time.checked = true;
  const begins = field(line, "begins");
  begins?.dispatchEvent(new Event("input", { bubbles: true }));
  begins?.dispatchEvent(new Event("change", { bubbles: true }));
  tell(words.slotTaken(day, clock(from), clock(to)), "success");
}

// --- by hand

let hold = null; // what the pointer has hold of
let dragged = false; // so that the click after it does nothing

const minuteAt = (column, y) => {
  const { top, height } = column.getBoundingClientRect();
  const { low, high } = termsOf(column);
  return low + ((y - top) / height) * (high - low);
};

function press(event) {
  dragged = false;
  const column = event.target.closest?.("svg[data-times]");
  if (!column || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  const part = partOn(column.dataset.day, chosen(column.dataset.times));
  const taken = event.target.closest(".times-chosen") && part;
  const link = event.target.closest("a[data-slot]");
  if (!taken && (!link || event.pointerType === "touch")) return; // a finger scrolls; it moves only what is chosen
  const at = minuteAt(column, event.clientY);
  const stretch = link ? stretchOf(link) : stretches(column).find(({ low, high }) => low <= part.from && part.to <= high);
  if (!stretch) return;
  hold = { column, stretch, at, x: event.clientX, y: event.clientY, pointer: event.pointerId, part, pull: taken ? event.target.dataset.end ?? "both" : "new" };
}

/** Where what is held would be now: on which column, from when to when. */
function pulled(event) {
  const { column, stretch, at, part, pull } = hold;
  const terms = termsOf(column);
  const now = minuteAt(column, event.clientY);
  if (pull === "new") return { column, ...fitted(Math.min(at, now), Math.max(at, now), stretch, terms, now < at ? "from" : "to") };
  if (pull === "from") return { column, ...fitted(nearest(now, stretch, terms), part.to, stretch, terms, "from") };
  if (pull === "to") return { column, ...fitted(part.from, nearest(now, stretch, terms), stretch, terms) };
  return moved(event, now - at);
}

/** The same length elsewhere: in the column under the pointer, in the stretch that lies nearest. */
function moved(event, by) {
  const { part } = hold;
  const over = ({ left, right }) => left <= event.clientX && event.clientX < right;
  const column = [...columns(hold.column.dataset.times)].find((one) => over(one.getBoundingClientRect())) ?? hold.column;
  const [length, terms] = [part.to - part.from, termsOf(column)];
  const places = stretches(column)
    .filter(({ low, high }) => high - low >= length)
    .map((stretch) => {
      const from = Math.min(Math.max(part.from + by, stretch.low), stretch.high - length);
      return fitted(nearest(from, { ...stretch, high: Infinity }, terms), from + length, stretch, { ...terms, least: length, most: length });
    })
    .sort((one, other) => Math.abs(one.from - part.from - by) - Math.abs(other.from - part.from - by));
  return places.length ? { column, ...places[0] } : hold.last ?? { column: hold.column, ...part };
}

function pull(event) {
  if (!hold || event.pointerId !== hold.pointer) return;
  if (!dragged) {
    const aside = hold.pull === "both" ? event.clientX - hold.x : 0; // only what is moved goes to another day
    if (Math.hypot(event.clientY - hold.y, aside) < DRAG) return;
    dragged = true;
    hold.column.setPointerCapture(event.pointerId);
    hold.column.classList.add("is-drawing");
  }
  hold.last = pulled(event);
  for (const column of columns(hold.column.dataset.times)) draw(column, column === hold.last.column ? hold.last : null);
}

/** Nothing is chosen before the button is let go; Escape leaves everything as it was. */
function letGo(taken) {
  if (!hold) return;
  const { column, last } = hold;
  hold = null;
  column.classList.remove("is-drawing");
  if (taken && dragged && last) choose(column.dataset.times, last.column.dataset.day, last, announce.say);
  else redraw(column.dataset.times);
}

/** Another time that was offered is taken with one click. */
function take({ take: line, day, begins, finishes }) {
  choose(line, day, { from: minute(begins), to: minute(finishes) || DAY }, announce.say);
}

function click(event) {
  const offered = event.target.closest?.("button[data-take]");
  if (offered) return take(offered.dataset);
  const link = event.target.closest?.("a[data-slot]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (dragged) return void (dragged = false);
  const place = link.closest("[data-times]");
  const [stretch, terms, drawn] = [stretchOf(link), termsOf(place), place.matches("svg")];
  const time = partOn(place.dataset.day, chosen(link.dataset.slot));
  if (drawn && event.detail === 0 && time && stretch.low <= time.from && time.to <= stretch.high) return;
  const from = drawn && event.detail ? minuteAt(place, event.clientY) : stretch.low;
  const start = fitted(from, from, stretch, { ...terms, least: terms.step }).from;
  const usual = { ...terms, least: Math.min(terms.usual, stretch.high - stretch.low) };
  choose(link.dataset.slot, place.dataset.day, fitted(start, start, stretch, usual), drawn ? announce.say : announce.note);
}

// --- by keyboard

function pressKey(event) {
  if (event.key === "Escape" && hold) return letGo(false);
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const link = event.target.closest?.("svg[data-times] a[data-slot]");
  if (!by || !link || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const column = link.closest("svg");
  const [stretch, terms] = [stretchOf(link), termsOf(column)];
  const time = partOn(column.dataset.day, chosen(link.dataset.slot));
  const inside = time && stretch.low <= time.from && time.to <= stretch.high;
  let wish = fitted(stretch.low, stretch.low + terms.usual, stretch, terms);
  if (inside && event.shiftKey) wish = fitted(time.from, time.to + by * terms.step, stretch, terms);
  else if (inside) {
    const [from, to] = [time.from + by * terms.step, time.to + by * terms.step];
    wish = from < stretch.low || to > stretch.high ? time : { from, to };
  }
  choose(link.dataset.slot, column.dataset.day, wish, announce.say);
}

export const times = {
  /** What the fields hold is shown on a calendar that has just come. */
  prepare(root) {
    const found = [root, ...root.querySelectorAll("[data-times]")].map((one) => one.dataset?.times).filter(Boolean);
    for (const line of new Set(found)) redraw(line);
  },
  listen() {
    document.addEventListener("pointerdown", press);
    document.addEventListener("pointermove", pull);
    document.addEventListener("pointerup", () => letGo(true));
    document.addEventListener("pointercancel", () => letGo(false));
    document.addEventListener("dragstart", (event) => event.target.closest?.("svg[data-times]") && event.preventDefault());
    document.addEventListener("click", click);
    document.addEventListener("keydown", pressKey);
    for (const kind of ["input", "change"]) {
      document.addEventListener(kind, (event) => {
        const [, line] = FIELDS.exec(event.target.name ?? "") ?? [];
        if (line) redraw(line);
      });
    }
  },
};
