// A click on a free stretch fills day, beginning and end of that instrument; without script the link asks for the page anew.
import { announce } from "./announce.js";
import { words } from "./words.js";

export function slots() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-slot]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const line = link.dataset.slot;
    const [day, from] = link.dataset.start.split("T");
    const until = link.dataset.until.split("T")[1];
    for (const [name, value] of [["day", day], ["begins", from.slice(0, 5)], ["finishes", until.slice(0, 5)], ["last_day", ""]]) {
      const field = document.querySelector(`[name="${line}-${name}"]`);
      if (field) field.value = value;
    }
    const time = document.querySelector(`input[type="radio"][name="${line}-mode"][value="time"]`);
    if (time) time.checked = true;
    for (const other of document.querySelectorAll(`a[data-slot="${line}"]`)) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const begins = document.querySelector(`[name="${line}-begins"]`);
    begins?.dispatchEvent(new Event("input", { bubbles: true }));
    begins?.dispatchEvent(new Event("change", { bubbles: true }));
    announce.note(words.slotTaken(day, from.slice(0, 5), until.slice(0, 5)), "success");
  });
}
