// Single fields: reveal a password, copy a text, take what is offered, drop a file, search in a long list, filters open where there is room.
import { announce } from "./announce.js";
import { words } from "./words.js";

export function fields(root) {
  each(root, "[data-reveal]", reveal);
  each(root, "[data-copy]", copy);
  each(root, "[data-drop]", drop);
  each(root, "[data-fill]", fill);
  each(root, "[data-print]", (button) => button.addEventListener("click", () => window.print()));
  each(root, "[data-autosubmit]", (field) => field.addEventListener("change", () => field.form.requestSubmit()));
  each(root, "details[data-wide-open]", wideOpen);
  if (root.querySelector("select[data-select]")) loadSelect(root);
}

function each(root, selector, prepare) {
  for (const element of root.querySelectorAll(selector)) {
    if (element.dataset.ready !== undefined) continue;
    element.dataset.ready = "";
    prepare(element);
  }
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const label = button.querySelector("span");
  button.hidden = false;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    label.textContent = shown ? words.hide : words.show;
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

function copy(button) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce.note(words.copied, "success");
  });
}

/** A value on offer; without script the button sends the form and the server fills it in. */
function fill(button) {
  const field = document.getElementById(button.dataset.fill);
  button.type = "button";
  button.addEventListener("click", () => {
    field.value = button.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}

function drop(place) {
  const field = place.querySelector("input[type=file]");
  const names = place.querySelector("[data-drop-names]");
  const hint = place.querySelector("[data-drop-hint]");
  if (hint) hint.textContent = words.drop;
  place.classList.add("is-ready");
  const list = () => {
    if (names) names.textContent = [...field.files].map((file) => `${file.name}（${(file.size / 1048576).toFixed(2)} MB）`).join("、");
  };
  const over = (on) => (event) => {
    event.preventDefault();
    place.classList.toggle("is-over", on);
  };
  place.addEventListener("dragover", over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.addEventListener("change", list);
}

/** Filters are folded on a phone and laid out on a desk; without script they stay a plain fold. */
function wideOpen(details) {
  const wide = window.matchMedia("(min-width: 48rem)");
  const fit = () => {
    details.classList.toggle("is-wide", wide.matches);
    if (wide.matches) details.open = true;
  };
  wide.addEventListener("change", fit);
  fit();
}

let selectLoading = null;
function loadSelect(root) {
  const [script, style] = document.querySelector("meta[name=yx-select]")?.content.split(" ") ?? [];
  if (!script) return;
  selectLoading ??= new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    document.head.append(Object.assign(document.createElement("script"), { src: script, onload: done, onerror: failed }));
  });
  selectLoading.then(() => window.yxSelect(root), () => {});
}
