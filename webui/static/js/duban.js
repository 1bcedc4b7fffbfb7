// What every page gets. Each part improves a page that already works without it.
import { menus, bulkBar, unitFilter, uploads, errorFocus, requestToken } from "./page.js";
import { confirmations } from "./confirm.js";
import { keyboard } from "./keyboard.js";
import { autosave } from "./autosave.js";
import { repeats } from "./repeat.js";
import { unreadBadge } from "./badge.js";
import { readAloud } from "./speak.js";
import { stayWithoutNetwork } from "./network.js";

const parts = [menus, bulkBar, unitFilter, uploads, errorFocus, confirmations, autosave, repeats, unreadBadge, readAloud];

function improve(root) {
  for (const part of parts) part(root);
}

requestToken();
stayWithoutNetwork();
keyboard();
improve(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) improve(event.detail.elt);
});
