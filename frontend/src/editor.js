// The Markdown editor, loaded only where one is shown. Without it the same form works: text, save, upload below.
import { editor } from "./behaviours/editor.js";

const start = () => document.querySelectorAll("[data-editor]").forEach(editor);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
