// The filter sheet on a phone, and pictures seen large. Without script the sheet opens by its address, a picture as a file.
import { make, words } from "./words.js";

const page = document.documentElement;

function sheet(open, button) {
  page.classList.toggle("sheet-shown", open);
  const filters = document.getElementById("filters");
  if (open) filters?.querySelector("[data-sheet=close]")?.focus();
  else (button ?? document.querySelector("[data-sheet=open]"))?.focus();
}

function large(link) {
  const shown = link.querySelector("img");
  const links = [...link.parentElement.querySelectorAll("[data-lightbox]")];
  const picture = make("img", { src: link.href, alt: shown?.alt ?? "" });
  const caption = make("span", {}, picture.alt);
  const turn = (by) => {
    const next = links[(links.findIndex((one) => one.href === picture.src) + by + links.length) % links.length];
    picture.src = next.href;
    picture.alt = caption.textContent = next.querySelector("img")?.alt ?? "";
  };
  const dialog = make(
    "dialog",
    { class: "lightbox", "aria-label": picture.alt, onclick: (event) => event.target === dialog && dialog.close(), onclose: () => { dialog.remove(); link.focus(); } },
    picture,
    make("div", { class: "lightbox-bar" }, caption, make("button", { class: "btn btn-outline btn-sm", type: "button", onclick: () => dialog.close() }, words.close)),
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  document.body.append(dialog);
  dialog.showModal();
}

export function finding() {
  document.addEventListener("click", (event) => {
    const door = event.target.closest?.("[data-sheet]");
    if (door) {
      event.preventDefault();
      sheet(door.dataset.sheet === "open");
    }
    const link = event.target.closest?.("[data-lightbox]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      large(link);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && page.classList.contains("sheet-shown")) sheet(false);
  });
}
