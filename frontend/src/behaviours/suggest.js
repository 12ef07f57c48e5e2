// What may be meant, under a search box while somebody types. Without script the box is a plain form.
import { make } from "./words.js";

const WAIT = 120;
let number = 0;

export function suggest(root) {
  for (const field of root.querySelectorAll("input[data-suggest]:not([data-offers])")) offer(field);
}

function offer(field) {
  const list = make("ul", { class: "offers", role: "listbox", id: `offers-${(number += 1)}`, hidden: true, "aria-label": field.labels?.[0]?.textContent });
  const state = { at: -1, timer: 0, asked: null, known: new Map() };
  field.dataset.offers = list.id;
  field.form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) field.setAttribute(name, value);

  const close = () => {
    list.hidden = true;
    state.at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const point = (at) => {
    const options = [...list.children];
    state.at = (at + options.length + 1) % (options.length + 1);
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === state.at)));
    const chosen = options[state.at];
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const show = (offers) => {
    list.replaceChildren(
      ...offers.map((one, index) =>
        make(
          "li",
          { class: "offer", role: "option", id: `${list.id}-${index}`, "aria-selected": "false", "data-url": one.url, onpointerdown: (event) => event.preventDefault(), onclick: () => location.assign(one.url) },
          make("span", { class: "offer-text" }, one.text),
          make("span", { class: "offer-note" }, one.note || one.kind),
        ),
      ),
    );
    state.at = -1;
    list.hidden = !offers.length || document.activeElement !== field;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const typed = field.value.trim();
    state.asked?.abort();
    if (!typed) return close();
    if (state.known.has(typed)) return show(state.known.get(typed));
    state.asked = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed.slice(0, 60))}`, { signal: state.asked.signal, headers: { "X-Background": "1" } });
      if (!answer.ok) return close();
      state.known.set(typed, await answer.json());
      if (field.value.trim() === typed) show(state.known.get(typed));
    } catch {
      /* typed on, or no network: the form still works */
    }
    return undefined;
  };

  field.addEventListener("input", (event) => {
    clearTimeout(state.timer);
    if (!event.isComposing) state.timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", () => setTimeout(close, 100));
  field.form.addEventListener("submit", () => {
    clearTimeout(state.timer);
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        if (list.children.length) show(state.known.get(field.value.trim()) ?? []);
        return;
      }
      event.preventDefault();
      point(state.at < 0 && event.key === "ArrowUp" ? list.children.length - 1 : state.at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && list.children[state.at]) {
      event.preventDefault();
      location.assign(list.children[state.at].dataset.url);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
}
