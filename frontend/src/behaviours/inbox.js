// Work through an inbox without leaving the keyboard: j k x o a r and ? for help.
import { make, words } from "./words.js";

const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], .ts-control");
const rows = () => [...document.querySelectorAll("[data-inbox] [data-row]")];
const current = (list) => list.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("is-at"));

function go(list, to) {
  const row = list[Math.max(0, Math.min(list.length - 1, to))];
  for (const other of list) other.classList.toggle("is-at", other === row);
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function help() {
  const open = document.querySelector("dialog.keys");
  if (open) return open.close();
  const list = make("dl");
  for (const [key, text] of words.keyList) list.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, text));
  const dialog = make("dialog", { class: "keys", "aria-labelledby": "keys-title" }, make("h2", { id: "keys-title" }, words.keys), list,
    make("form", { method: "dialog" }, make("button", { class: "btn btn-outline", autofocus: true }, words.close)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const acts = {
  j: (list, at) => go(list, at + 1),
  k: (list, at) => go(list, at - 1),
  x: (list, at) => list[at]?.querySelector("input[type=checkbox]")?.click(),
  o: (list, at) => (list[at]?.querySelector("[data-open]") ?? list[at]?.querySelector("a"))?.click(),
  a: (list, at) => list[at]?.querySelector("[data-act=approve]")?.click(),
  r: (list, at) => list[at]?.querySelector("[data-act=return]")?.click(),
};

/** On the page of one case the keys only lead to the decision; pressing it stays a deliberate act. */
function decide(event) {
  const target = { a: "[data-act=approve]", r: "textarea" }[event.key];
  const found = target && document.querySelector(`[data-decide] ${target}`);
  if (!found) return;
  event.preventDefault();
  found.focus();
  found.scrollIntoView({ block: "center" });
}

export function inbox() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const hot = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
    if (hot && hot.offsetParent) {
      event.preventDefault();
      return hot.focus();
    }
    const list = rows();
    if (!list.length) return decide(event);
    if (event.key === "?") return help();
    if (event.key === "Enter" && event.target.matches("[data-row]")) return acts.o(list, list.indexOf(event.target));
    const act = acts[event.key];
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act(list, current(list));
  });
}
