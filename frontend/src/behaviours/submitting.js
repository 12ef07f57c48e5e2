// Submitting: once only, with progress for files, and a question before typed text is left behind.
import { csrfToken } from "./csrf.js";
import { announce } from "./announce.js";
import { words } from "./words.js";

const dirty = new Set();

export function submitting() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) dirty.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of dirty) if (form.isConnected) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    dirty.delete(form);
    if (form.matches("[data-submit-once]")) once(event, form);
    if (!event.defaultPrevented && form.matches("[data-upload]") && hasFiles(form)) upload(event, form);
  });
  // A page brought back by the browser's Back button must be usable again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}

function once(event, form) {
  if (form.dataset.sent !== undefined) return event.preventDefault();
  form.dataset.sent = "";
  for (const button of submitters(form)) button.setAttribute("aria-disabled", "true");
  if (!form.matches("[data-upload]")) setTimeout(() => release(form), 10000);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of submitters(form)) button.removeAttribute("aria-disabled");
}

const submitters = (form) => [...form.elements].filter((field) => field.type === "submit");
const hasFiles = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length);

function upload(event, form) {
  event.preventDefault();
  const bars = form.querySelectorAll("[data-drop] progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = Math.round((loaded / total) * 100);
    for (const bar of bars) {
      bar.hidden = false;
      bar.value = percent;
    }
    if (percent % 25 === 0) announce.say(percent === 100 ? words.uploaded : words.uploading(percent));
  });
  request.addEventListener("load", () => arrived(form, request));
  request.addEventListener("error", () => {
    release(form);
    for (const bar of bars) bar.hidden = true;
    announce.failure(0);
  });
  request.send(new FormData(form, event.submitter));
}

/** The answer already is the next page, messages included: show it instead of asking for it a second time. */
function arrived(form, request) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  if (!answer.getElementById("main")) {
    release(form);
    announce.failure(request.status);
    return;
  }
  const here = new URL(request.responseURL || location.href);
  if (here.pathname !== location.pathname || here.search !== location.search) history.pushState({}, "", here);
  document.title = answer.title;
  document.body.replaceWith(document.adoptNode(answer.body));
  window.htmx.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: document.body } }));
  window.scrollTo(0, 0);
}
