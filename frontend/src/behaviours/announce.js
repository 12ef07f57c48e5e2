// Tells people who do not see the change that something changed, and puts the focus where work is left.
import { make, words } from "./words.js";

function say(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 50);
}

function toFirstError(root) {
  const summary = root.matches?.("[data-error-summary]") ? root : root.querySelector?.("[data-error-summary]");
  const target = summary ?? root.querySelector?.("[aria-invalid=true]");
  target?.focus();
  return Boolean(target);
}

/** A message at the top of the page; it stays when it asks for attention. */
function note(text, level = "info") {
  const place = document.getElementById("messages") ?? document.body;
  place.append(make("div", { class: `toast-note toast-${level}`, "data-toast": level === "error" ? "stay" : "hide" }, make("p", {}, text)));
  toasts(place);
}

function toasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]:not([data-ready])")) {
    toast.dataset.ready = "";
    const leave = () => {
      toast.classList.add("is-leaving");
      setTimeout(() => toast.remove(), 400);
    };
    toast.append(make("button", { type: "button", class: "toast-close", "aria-label": words.close, onclick: leave }, "✕"));
    if (toast.dataset.toast === "hide") {
      let timer = setTimeout(leave, 8000);
      for (const stop of ["mouseenter", "focusin"]) toast.addEventListener(stop, () => clearTimeout(timer));
      for (const go of ["mouseleave", "focusout"]) toast.addEventListener(go, () => (timer = setTimeout(leave, 3000)));
    }
  }
}

export const announce = {
  say,
  note,
  page() {
    toasts(document);
    toFirstError(document);
  },
  swap(root) {
    toasts(root.parentElement ?? root);
    if (toFirstError(root)) return;
    const spoken = root.closest?.("[data-announce]") ?? root.querySelector?.("[data-announce]");
    say(spoken ? spoken.dataset.announce : root.querySelector?.(".list-count")?.textContent.trim());
  },
  failure(status) {
    note(status ? words.failed : words.offline, "error");
  },
};
