// The count of unread messages, asked for once a minute while the page is in sight. Expects {"unread": n}.

export function unreadBadge(root) {
  for (const badge of root.querySelectorAll("[data-poll]")) {
    setInterval(async () => {
      if (document.hidden || !badge.isConnected) return;
      try {
        const response = await fetch(badge.dataset.poll, { credentials: "same-origin", headers: { Accept: "application/json" } });
        if (!response.ok) return;
        const { unread } = await response.json();
        for (const spot of document.querySelectorAll("[data-unread]")) {
          spot.hidden = !unread;
          spot.querySelector("[data-unread-number]").textContent = unread;
        }
      } catch {
        // No network for a moment: the number simply stays as it was.
      }
    }, 60_000);
  }
}
