// Keeps what was typed in this browser until it is submitted, so that an expired session or a closed tab loses nothing.
// Passwords, files, hidden fields, one-time codes and anything marked data-private are never kept.
import { make, words } from "./words.js";

const DAY = 24 * 60 * 60 * 1000;
const SKIPPED = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
const storageKey = (form) => `yx:${document.body.dataset.person ?? ""}:${form.dataset.keep}`;

const kept = (form) =>
  [...form.elements].filter(
    (field) => field.name && !SKIPPED.has(field.type) && !field.disabled && !field.closest("[data-private]")
      && !/one-time-code|cc-|password/.test(field.autocomplete ?? ""),
  );

const state = (form) =>
  kept(form).map((field) => [
    field.name,
    field.type === "checkbox" || field.type === "radio" ? `${field.value}=${field.checked}`
      : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value,
  ]);

function put(form, saved) {
  const waiting = new Map();
  for (const [name, value] of saved) waiting.set(name, [...(waiting.get(name) ?? []), value]);
  for (const field of kept(form)) {
    const values = waiting.get(field.name);
    if (!values?.length) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (values.includes(`${field.value}=true`)) field.checked = true;
      else if (values.includes(`${field.value}=false`)) field.checked = false;
    } else if (field.multiple) {
      const chosen = values.shift();
      for (const option of field.options) option.selected = chosen.includes(option.value);
      field.tomselect?.sync();
    } else {
      field.value = values.shift();
      field.tomselect?.sync();
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && Date.now() - found.at < 14 * DAY ? found : null;
  } catch {
    return null;
  }
}

function offer(form, before, key) {
  const notice = make("div", { class: "notice notice-warm", role: "status" });
  const undo = () => {
    put(form, before);
    localStorage.removeItem(key);
    notice.remove();
    form.dispatchEvent(new CustomEvent("kept:undone"));
  };
  notice.append(
    make("div", {}, make("p", {}, words.restored), make("div", { class: "actions" },
      make("button", { type: "button", class: "btn btn-outline btn-sm", onclick: () => notice.remove() }, words.keep),
      make("button", { type: "button", class: "btn btn-quiet btn-sm", onclick: undo }, words.undo))),
  );
  form.prepend(notice);
}

/** Signing out on purpose leaves nothing of this person behind in the browser. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-forget]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(`yx:${document.body.dataset.person ?? ""}:`)) localStorage.removeItem(key);
});

export function keep(root) {
  for (const form of root.querySelectorAll("form[data-keep]:not([data-keeping])")) {
    form.dataset.keeping = "";
    const key = storageKey(form);
    const before = state(form);
    const found = read(key);
    const answered = form.querySelector("[aria-invalid=true]");
    if (found && !answered && JSON.stringify(found.state) !== JSON.stringify(before)) {
      put(form, found.state);
      offer(form, before, key);
    }
    const write = () => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), state: state(form) }));
      } catch {
        /* a full or forbidden store only loses the copy, never the form */
      }
    };
    form.addEventListener("input", write);
    form.addEventListener("change", write);
    form.addEventListener("kept:saved", () => localStorage.removeItem(key));
    form.addEventListener("submit", () => sessionStorage.setItem("yx:sent", JSON.stringify({ key, from: location.pathname })));
  }
  forgetSent();
}

/** A form is forgotten when its submission led somewhere that is neither the same form with errors nor the sign-in page. */
function forgetSent() {
  const sent = JSON.parse(sessionStorage.getItem("yx:sent") ?? "null");
  if (!sent) return;
  const bad = document.querySelector("[data-error-summary], .error-page, form[action*='login'], form[data-sign-in]");
  if (bad) return;
  sessionStorage.removeItem("yx:sent");
  if (document.querySelector(`form[data-keep="${CSS.escape(sent.key.split(":").slice(2).join(":"))}"]`)) return;
  localStorage.removeItem(sent.key);
}
