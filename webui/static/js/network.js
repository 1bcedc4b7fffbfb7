// Without a network a form is not sent off into the browser's own error page, where what was typed would be gone: it stays,
// and says so beside the button that was pressed.

const reached = new WeakSet(); // forms on their way after the server was found within reach all the same

export function unsent(form, pressed) {
  let line = form.querySelector("[data-unsent]");
  if (!line) {
    line = document.createElement("p");
    line.className = "save-state bad";
    line.dataset.unsent = "";
    line.setAttribute("role", "alert");
    (pressed?.closest(".buttons") ?? pressed ?? form.lastElementChild).before(line);
  }
  line.textContent = document.querySelector('meta[name="unsent"]').content;
  line.scrollIntoView({ block: "nearest" });
}

// A browser that says it is offline may still have the server on its own machine: it is asked before anything is held back.
async function reach(form, pressed) {
  try {
    await fetch("/robots.txt", { method: "HEAD", cache: "no-store" });
    reached.add(form);
    form.requestSubmit(pressed);
  } catch {
    unsent(form, pressed);
  }
}

export function stayWithoutNetwork() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (navigator.onLine || form.method !== "post" || reached.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    reach(form, event.submitter);
  }, true);
}
