// A toolbar for a Markdown textarea: marks around the chosen text, and pictures by button, drag or paste.
import { csrfToken } from "./csrf.js";
import { words } from "./words.js";

const PICTURES = /^image\/(png|jpeg|webp)$/;
const AROUND = { bold: ["**", words.markBold, "**"], link: ["[", words.markLink, "](https://)"] };
const BEFORE = { heading: () => "## ", list: () => "- ", numbers: (at) => `${at + 1}. `, quote: () => "> " };

export function editor(place) {
  const field = place.querySelector("textarea");
  const bar = place.querySelector("[role=toolbar]");
  bar.hidden = false;
  place.classList.add("is-live");
  bar.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]")?.dataset.mark;
    if (mark === "picture") choosePicture(place, field);
    else if (mark) put(field, mark);
  });
  walk(bar);
  field.addEventListener("keydown", (event) => {
    const mark = { b: "bold", k: "link" }[event.key.toLowerCase()];
    if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    put(field, mark);
  });
  field.addEventListener("paste", (event) => takePictures(event, event.clipboardData, place, field));
  field.addEventListener("drop", (event) => takePictures(event, event.dataTransfer, place, field));
  field.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });
}

/** One stop for Tab, arrows inside, as a toolbar should be. */
function walk(bar) {
  const buttons = [...bar.querySelectorAll("button")];
  const settle = (at) => buttons.forEach((button, number) => { button.tabIndex = number === at ? 0 : -1; });
  settle(0);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    settle(at);
    buttons[at].focus();
  });
}

/** Through the browser's own editing, so that undo takes it back; the fallback only loses the undo. */
function write(field, text, from, to) {
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function put(field, mark) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const chosen = value.slice(from, to);
  if (AROUND[mark]) {
    const [open, sample, close] = AROUND[mark];
    write(field, open + (chosen || sample) + close, from, to);
    field.setSelectionRange(from + open.length, from + open.length + (chosen || sample).length);
  } else if (BEFORE[mark]) {
    const begin = value.lastIndexOf("\n", from - 1) + 1;
    const lines = value.slice(begin, to).split("\n");
    write(field, lines.map((line, at) => BEFORE[mark](at) + line).join("\n"), begin, to);
  } else if (mark === "table") {
    write(field, `${gap(value, to)}${words.markTable}\n`, to, to);
  }
}

const gap = (value, at) => (at === 0 || value.slice(0, at).endsWith("\n\n") ? "" : value[at - 1] === "\n" ? "\n" : "\n\n");

function choosePicture(place, field) {
  const chooser = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/webp" });
  chooser.addEventListener("change", () => [...chooser.files].forEach((file) => send(file, place, field)));
  chooser.click();
}

function takePictures(event, data, place, field) {
  const pictures = [...(data?.files ?? [])].filter((file) => PICTURES.test(file.type));
  if (!pictures.length) return;
  event.preventDefault();
  pictures.forEach((file) => send(file, place, field));
}

/** A place-holder stands where the picture will be; when the upload fails, the reason stands there instead of nothing. */
async function send(file, place, field) {
  const waiting = `![${words.pictureComing(file.name || "")}…]()`;
  const line = field.value.indexOf("\n", field.selectionEnd);
  const end = line < 0 ? field.value.length : line; // behind the line, never inside a mark of it
  write(field, `${gap(field.value, end)}${waiting}\n`, end, end);
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  let text = "";
  try {
    const answer = await fetch(place.dataset.pictures, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    });
    const said = await answer.json();
    if (answer.ok) text = `![${said.name.replace(/\.\w+$/, "").replace(/[[\]\\]/g, " ")}](${said.url})`;
    else tell(place, said.message);
  } catch {
    tell(place, words.offline);
  }
  const at = field.value.indexOf(waiting);
  if (at < 0) return;
  field.setRangeText(text, at, at + waiting.length, "preserve");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function tell(place, message) {
  const hint = place.querySelector(".editor-hint");
  hint.textContent = message;
  hint.classList.add("is-bad");
  hint.setAttribute("role", "alert");
}
