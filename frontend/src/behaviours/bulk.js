// Select-all, the count of chosen rows, and the bar that acts on them.
import { words } from "./words.js";

export function bulk(root) {
  const scopes = new Set();
  for (const place of root.querySelectorAll("[data-bulk], [data-bulk-bar]")) scopes.add(place.closest("form") ?? document.body);
  for (const scope of scopes) {
    if (scope.dataset.bulkReady !== undefined) {
      refresh(scope);
      continue;
    }
    scope.dataset.bulkReady = "";
    scope.addEventListener("change", (event) => {
      if (event.target.matches("[data-select-all]")) {
        for (const box of boxes(scope)) box.checked = event.target.checked;
      }
      refresh(scope);
    });
    refresh(scope);
  }
}

const boxes = (scope) => [
  ...scope.querySelectorAll("[data-bulk] tbody .td-select input:not(:disabled), [data-row] > input[type=checkbox]:not(:disabled)"),
];

function refresh(scope) {
  const all = boxes(scope);
  const count = all.filter((box) => box.checked).length;
  for (const master of scope.querySelectorAll("[data-select-all]")) {
    master.checked = count > 0 && count === all.length;
    master.indeterminate = count > 0 && count < all.length;
  }
  for (const bar of scope.querySelectorAll("[data-bulk-bar]")) {
    bar.classList.toggle("is-on", count > 0);
    for (const button of bar.querySelectorAll("button[type=submit], button:not([type])")) button.disabled = count === 0;
    const shown = bar.querySelector("[data-bulk-count]");
    const text = count ? words.chosen(count) : words.none;
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}
