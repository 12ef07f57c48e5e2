// Menus are <details>; with script they also close on Escape and outside clicks, and arrows walk through them.
function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary")?.focus();
}

const openMenus = () => document.querySelectorAll("details[data-menu][open]");
const items = (menu) => [...menu.querySelectorAll(":scope > :not(summary) :is(a, button, input:not([type=hidden]))")];

export const menus = {
  prepare() {},
  listen() {
    document.addEventListener("click", (event) => {
      for (const menu of openMenus()) {
        const inside = menu.contains(event.target);
        const veil = inside && event.target === menu;
        if (!inside || veil) close(menu, false);
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        const inner = [...openMenus()].pop();
        if (inner) close(inner, true);
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const menu = document.activeElement?.closest("details[data-menu]");
      if (!menu || document.activeElement.matches("input, textarea, select")) return;
      event.preventDefault();
      menu.open = true;
      const list = items(menu);
      const at = list.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      list[(at + list.length) % list.length]?.focus();
    });
    document.addEventListener("focusin", (event) => {
      for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
    });
  },
};
