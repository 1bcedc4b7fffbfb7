// Keys for those who prefer them. Any element with data-key="…" is pressed by its key ("c", "g i", "/").
// Rows are moved through with j and k. Off by <html data-keys="off">; silent while someone types.

const typing = (event) =>
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

const rows = () => [...document.querySelectorAll("[data-row]")];
const here = () => document.querySelector("[data-row].here");

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(here());
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step))];
  here()?.classList.remove("here");
  next.classList.add("here");
  next.querySelector("[data-row-link]")?.focus();
}

function press(element) {
  if (!element) return false;
  if (element.matches("input:not([type=checkbox]), textarea")) {
    element.focus();
    element.select();
  } else {
    element.click();
  }
  return true;
}

function keyed(sequence) {
  const chosen = `[data-key="${CSS.escape(sequence)}"]`;
  const current = here();
  if (current) {
    const inRow = current.querySelector(chosen);
    if (inRow) return press(inRow);
    const bulk = document.querySelector(`[data-bulk-key="${CSS.escape(sequence)}"]`);
    if (bulk) {
      const box = current.querySelector("input[type=checkbox]");
      if (box && !document.querySelector("tbody input[type=checkbox]:checked")) box.click();
      return press(bulk);
    }
  }
  return press([...document.querySelectorAll(chosen)].find((element) => !element.closest("[data-row]")));
}

function sheet() {
  const dialog = document.getElementById("keys");
  if (!dialog) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

// Arrow keys scroll the page, except inside a list that says it moves by them.
const arrow = (step) => document.activeElement?.closest("[data-arrows]") && (move(step), true);

const fixed = {
  ArrowDown: () => arrow(1),
  ArrowUp: () => arrow(-1),
  j: () => (move(1), true),
  k: () => (move(-1), true),
  o: () => press(here()?.querySelector("[data-row-link]")),
  x: () => press(here()?.querySelector("input[type=checkbox]")),
  "?": sheet,
};

export function keyboard() {
  let first = null;
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys === "off" || typing(event)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === "Escape") {
      here()?.classList.remove("here");
      return;
    }
    const sequence = first ? `${first} ${event.key}` : event.key;
    first = null;
    if (fixed[sequence]?.() || keyed(sequence)) {
      event.preventDefault();
    } else if (event.key === "g") {
      first = "g";
      setTimeout(() => { first = null; }, 1200);
    }
  });
  for (const button of document.querySelectorAll("[data-show-keys]")) {
    button.hidden = false;
    button.addEventListener("click", sheet);
  }
}
