// Things are put in order by dragging them; the buttons beside them do the same without a mouse. One save per drop.
import { announce } from "./announce.js";
import { csrfToken } from "./csrf.js";
import { words } from "./words.js";

const EDGE = 70; // pixels from the rim of the window where it scrolls along
const items = (list) => [...list.querySelectorAll(":scope > [data-key]")];

export function arrange(root) {
  for (const list of root.querySelectorAll("[data-arrange]:not([data-ready])")) {
    list.dataset.ready = "";
    list.addEventListener("pointerdown", (event) => {
      const grip = event.target.closest("[data-grip]");
      if (grip && event.button === 0) drag(list, grip, event);
    });
  }
}

function drag(list, grip, start) {
  start.preventDefault();
  const item = grip.closest("[data-key]");
  const follow = new AbortController();
  let goal = null;
  const move = (event) => {
    item.style.translate = `${event.pageX - start.pageX}px ${event.pageY - start.pageY}px`;
    if (event.clientY < EDGE) window.scrollBy(0, -14);
    else if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, 14);
    goal = under(list, item, event);
    for (const one of items(list)) one.classList.toggle("is-goal", one === goal);
  };
  const end = (keep) => {
    follow.abort();
    item.classList.remove("is-dragged");
    item.style.translate = "";
    goal?.classList.remove("is-goal");
    if (keep && goal) drop(list, item, goal);
  };
  item.classList.add("is-dragged");
  grip.setPointerCapture(start.pointerId);
  grip.addEventListener("pointermove", move, { signal: follow.signal });
  grip.addEventListener("pointerup", () => end(true), { signal: follow.signal });
  grip.addEventListener("pointercancel", () => end(false), { signal: follow.signal });
  document.addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal: follow.signal });
}

/** The thing whose place is wanted: the dragged one itself lets the pointer through. */
function under(list, item, event) {
  const found = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-key]");
  return found && found !== item && list.contains(found) ? found : null;
}

function drop(list, item, goal) {
  const before = items(list);
  if (before.indexOf(item) < before.indexOf(goal)) goal.after(item);
  else goal.before(item);
  save(list).catch(() => {
    list.append(...before);
    announce.note(words.unarranged, "error");
  });
}

async function save(list) {
  const order = items(list).map((one) => one.dataset.key).join(",");
  const answer = await fetch(list.dataset.arrange, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken() },
    body: new URLSearchParams({ order }),
  });
  if (!answer.ok || answer.redirected !== true) throw new Error(answer.status);
  announce.say(words.arranged);
}
