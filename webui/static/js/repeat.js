// Numbered rows that can be added and taken away; the numbers always run 1, 2, 3.

function renumber(group) {
  const rows = group.querySelectorAll("[data-repeat-row]");
  rows.forEach((row, index) => {
    for (const spot of row.querySelectorAll("[data-repeat-number]")) spot.textContent = index + 1;
    const control = row.querySelector("[name]");
    control.id = control.id.replace(/\d+$/, index + 1);
    control.setAttribute("aria-label", `${control.dataset.repeatLabel} ${index + 1}`);
    row.querySelector("[data-repeat-remove]").hidden = rows.length === 1;
  });
  group.dispatchEvent(new Event("input", { bubbles: true }));
}

function add(group, button) {
  const rows = group.querySelectorAll("[data-repeat-row]");
  const row = rows[rows.length - 1].cloneNode(true);
  const control = row.querySelector("[name]");
  control.value = "";
  button.before(row);
  renumber(group);
  control.focus();
}

export function repeats(root) {
  for (const group of root.querySelectorAll("[data-repeat]")) {
    const button = group.querySelector("[data-repeat-add]");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      add(group, button);
    });
    group.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-repeat-remove]");
      if (!remove) return;
      const row = remove.closest("[data-repeat-row]");
      (row.previousElementSibling ?? row.nextElementSibling)?.querySelector("[name]")?.focus();
      row.remove();
      renumber(group);
    });
    const rows = group.querySelectorAll("[data-repeat-row]");
    for (const row of rows) row.querySelector("[data-repeat-remove]").hidden = rows.length === 1;
  }
}
