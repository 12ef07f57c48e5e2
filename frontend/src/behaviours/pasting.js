// Cells copied from a sheet fill a small table from the cell one stands in; rows that are missing are added.
import { announce } from "./announce.js";
import { words } from "./words.js";

export function pasting(root) {
  for (const table of root.querySelectorAll("table[data-sheet]")) {
    if (table.dataset.ready !== undefined) continue;
    table.dataset.ready = "";
    table.addEventListener("paste", (event) => paste(table, event));
  }
}

function paste(table, event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const cells = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const from = event.target.closest("td");
  if (!from || (cells.length === 1 && cells[0].length === 1)) return;
  event.preventDefault();
  const body = table.tBodies[0];
  const top = from.parentElement.sectionRowIndex;
  const left = from.cellIndex;
  for (const [down, line] of cells.entries()) {
    const row = body.rows[top + down] ?? added(body);
    if (!row) break;
    for (const [right, value] of line.entries()) put(row.cells[left + right]?.querySelector("input, select"), value.trim());
  }
  announce.note(words.pasted(cells.length), "success");
}

/** A copy of the last row with the next number, empty. */
function added(body) {
  const last = body.rows[body.rows.length - 1];
  const number = body.rows.length;
  if (number >= 40) return null;
  const row = last.cloneNode(true);
  for (const field of row.querySelectorAll("input, select")) {
    field.name = field.name.replace(/\d+$/, number);
    if (field.id) field.id = field.name;
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, number + 1));
    field.removeAttribute("aria-invalid");
    field.classList.remove("is-invalid");
    if (field.tagName === "INPUT") field.value = "";
  }
  body.append(row);
  return row;
}

function put(field, value) {
  if (!field || value === "") return;
  if (field.tagName === "SELECT") {
    const wanted = [...field.options].find((option) => [option.value, option.text, option.text.replace(/^每/, "")].includes(value));
    if (wanted) field.value = wanted.value;
  } else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
