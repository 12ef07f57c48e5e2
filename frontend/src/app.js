// What every page loads: htmx and our small behaviours. Every page works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { announce } from "./behaviours/announce.js";
import { arrange } from "./behaviours/arrange.js";
import { autosave } from "./behaviours/autosave.js";
import { bulk } from "./behaviours/bulk.js";
import { fields } from "./behaviours/fields.js";
import { inbox } from "./behaviours/inbox.js";
import { keep } from "./behaviours/keep.js";
import { menus } from "./behaviours/menus.js";
import { finding } from "./behaviours/finding.js";
import { suggest } from "./behaviours/suggest.js";
import { pasting } from "./behaviours/pasting.js";
import { session } from "./behaviours/session.js";
import { submitting } from "./behaviours/submitting.js";
import { times } from "./behaviours/times.js";
import { csrfToken } from "./behaviours/csrf.js";

/** Behaviours that prepare elements; run for the page and for everything htmx brings in. */
const prepare = (root) => [arrange, fields, keep, autosave, bulk, pasting, suggest, menus.prepare, times.prepare].forEach((behaviour) => behaviour(root));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:afterSettle", (event) => {
  prepare(event.detail.elt);
  announce.swap(event.detail.elt);
});
document.addEventListener("htmx:responseError", (event) => announce.failure(event.detail.xhr?.status));
document.addEventListener("htmx:sendError", () => announce.failure(0));

window.htmx = htmx;
menus.listen();
submitting();
inbox();
session();
finding();
times.listen();

function start() {
  prepare(document);
  announce.page();
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
