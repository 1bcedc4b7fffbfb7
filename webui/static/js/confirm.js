// A question that unfolds in place becomes a dialog; without this file it stays a <details>.

export function confirmations(root) {
  for (const details of root.querySelectorAll("details[data-confirm]")) {
    const summary = details.querySelector("summary");
    const panel = details.querySelector(".confirm-panel");
    const dialog = document.createElement("dialog");
    const heading = panel.querySelector("h2");
    heading.id ||= `confirm-${Math.random().toString(36).slice(2, 8)}`;
    dialog.setAttribute("aria-labelledby", heading.id);

    const home = document.createComment("");
    details.after(home);
    const cancel = panel.querySelector("[data-confirm-cancel]");
    cancel.hidden = false;
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => summary.focus());
    summary.addEventListener("click", (event) => {
      event.preventDefault();
      if (!dialog.isConnected) {
        dialog.append(panel);
        home.after(dialog);
      }
      dialog.showModal();
    });
  }
}
