// Warns before the session ends and offers to go on; what was typed is kept either way.
import { make, words } from "./words.js";

const WARN_SECONDS = 300;

export function session() {
  const meta = document.querySelector("meta[name=session-ends]");
  if (!meta) return;
  let ends = Number(meta.content);
  let note = null;
  const stay = async () => {
    const answer = await fetch(meta.dataset.ping, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const told = await answer.json().catch(() => ({}));
    ends = Number(told.session_ends) || Date.now() / 1000 + (ends - started);
    note?.remove();
    note = null;
  };
  const started = Date.now() / 1000;
  const show = (text, button) => {
    note?.remove();
    note = make("div", { class: "notice notice-warm session-note", role: "alert" }, make("div", {}, make("p", {}, text), button));
    document.body.append(note);
  };
  let last = null;
  setInterval(() => {
    const left = ends - Date.now() / 1000;
    const step = left <= 0 ? "ended" : left <= WARN_SECONDS ? Math.ceil(left / 60) : null;
    if (step === last) return;
    last = step;
    if (step === "ended") show(words.ended, "");
    else if (step !== null) {
      const button = meta.dataset.ping ? make("div", { class: "actions" }, make("button", { type: "button", class: "btn btn-primary btn-sm", onclick: stay }, words.stay)) : "";
      show(words.ending(step), button);
    }
  }, 1000);
}
