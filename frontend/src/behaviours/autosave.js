// Posts a draft a moment after the last keystroke and says honestly whether it was saved.
import { csrfToken } from "./csrf.js";
import { words } from "./words.js";

export function autosave(root) {
  for (const form of root.querySelectorAll("form[data-autosave]:not([data-autosaving])")) {
    form.dataset.autosaving = "";
    const shown = form.querySelector("[data-save-state]");
    let timer = 0;
    let changes = 0;
    let busy = null;
    const tell = (text, bad = false) => {
      if (!shown) return;
      shown.textContent = text;
      shown.classList.toggle("is-bad", bad);
    };
    const save = async () => {
      const mark = changes;
      tell(words.saving);
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      busy = new AbortController();
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body, signal: busy.signal, redirect: "manual", credentials: "same-origin",
          headers: { "X-CSRFToken": csrfToken(), "X-Autosave": "1", Accept: "application/json" },
        });
        if (answer.status === 412) return tell(words.changed, true);
        if (!answer.ok) throw new Error(String(answer.status));
        const version = answer.headers.get("X-Version");
        if (version && form.elements.version) form.elements.version.value = version;
        if (mark === changes) form.dispatchEvent(new CustomEvent("kept:saved"));
        tell(words.saved(new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false })));
      } catch (problem) {
        if (problem.name !== "AbortError") tell(words.unsaved, true);
      }
    };
    const later = () => {
      changes += 1;
      clearTimeout(timer);
      timer = setTimeout(() => {
        busy?.abort();
        save();
      }, 1200);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      busy?.abort();
    });
  }
}
