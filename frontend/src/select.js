// Long selects with search in them; loaded by app.js only where a page has one.
import TomSelect from "tom-select/dist/esm/tom-select.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { words } from "./behaviours/words.js";

TomSelect.define("remove_button", removeButton);

window.yxSelect = (root) => {
  for (const field of root.querySelectorAll("select[data-select]")) {
    if (field.tomselect) continue;
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const box = new TomSelect(field, {
      placeholder: field.dataset.select,
      allowEmptyOption: false,
      maxOptions: 200,
      refreshThrottle: 0, // a late refresh opens the list again over what was just chosen
      plugins: field.multiple ? { remove_button: { title: words.close } } : {},
      render: { no_results: () => '<div class="no-results">没有匹配的选项</div>' },
    });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (field.hasAttribute(name)) box.control_input.setAttribute(name, field.getAttribute(name));
    }
    if (label) field.setAttribute("aria-label", label.textContent.trim());
    if (label) box.dropdown_content.setAttribute("aria-label", label.textContent.trim());
  }
};
