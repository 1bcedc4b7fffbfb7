// Small matters of the page: menus that close, the count of what is selected, a filter, files sent when chosen, focus on errors.

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export function requestToken() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
}

export function menus(root) {
  for (const menu of root.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    });
  }
}

export function bulkBar(root) {
  for (const counter of root.querySelectorAll("[data-bulk-count]")) {
    const form = counter.closest("form");
    const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox], [data-picks] input[type=checkbox]")];
    const all = form.querySelector("[data-pick-all]");
    let last = null;
    const count = () => {
      const picked = boxes().filter((box) => box.checked).length;
      counter.textContent = counter.dataset.words.replace("{n}", picked);
      if (all) all.querySelector("input").checked = picked > 0 && picked === boxes().length;
    };
    if (all) {
      all.hidden = false;
      all.addEventListener("change", (event) => {
        for (const box of boxes()) box.checked = event.target.checked;
        count();
      });
    }
    form.addEventListener("click", (event) => {
      const list = boxes();
      const at = list.indexOf(event.target);
      if (at < 0) return;
      if (event.shiftKey && last !== null) {
        const [from, to] = [Math.min(at, last), Math.max(at, last)];
        for (const box of list.slice(from, to + 1)) box.checked = event.target.checked;
      }
      last = at;
    });
    form.addEventListener("change", count);
    form.addEventListener("reset", () => setTimeout(count));
    count();
  }
}

export function unitFilter(root) {
  for (const plan of root.querySelectorAll("[data-unit-plan]")) {
    const holder = plan.querySelector("[data-unit-filter]");
    holder.hidden = false;
    const input = holder.querySelector("input");
    const units = plan.querySelectorAll("details [data-unit]");
    input.addEventListener("input", () => {
      for (const unit of units) unit.hidden = !unit.dataset.unit.includes(input.value.trim());
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}

// A file is taken in as soon as it is chosen: whoever went on to the next page would leave it behind.
export function uploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.querySelector("[data-upload-hint]").hidden = false;
    const input = form.querySelector("input[type=file]");
    const send = () => input.files.length && form.requestSubmit();
    input.addEventListener("change", send);
    send(); // somebody may have chosen before this script came
  }
}

export function errorFocus(root) {
  root.querySelector("[data-error-summary]")?.focus();
}
