// A form with data-autosave="URL" keeps its draft on the server: every ten seconds if something changed, on leaving a
// field, and when the page goes out of sight. What was typed is never replaced, whatever the answer.
// Who sends the form off waits for what is being kept: two requests may overtake each other, and the older answers would
// then be the ones that stay.
// Whoever leaves with something that could not be kept is asked once more. 400 and 401 say that the sign-in has ended or
// changed: the form can be sent all the same, the server asks for the sign-in and carries it over.
// Two windows of one person: each sends its name and the revision of the draft it was made from. If another one wrote in
// between, the server lays these words aside and says so in `elsewhere`: the notice of the form opens, with both ways out.
// Sends {"answers": {name: text | [text]}, "revision": n, "window": name, "draft": n}; expects {"saved_at": "14:02",
// "revision": n, "draft": n, "elsewhere": sentence or nothing}; 409 {"message"}.
import { unsent } from "./network.js";
import { csrfToken } from "./page.js";

const EVERY = 10_000;
const OURS = new Set(["csrf_token", "revision", "draft-window", "draft-revision", "draft-told"]);

function answers(form) {
  const several = new Set([...form.querySelectorAll("[data-repeat] textarea, [data-repeat] input, input[type=checkbox][name]")].map((el) => el.name));
  const collected = {};
  for (const name of several) collected[name] = [];
  for (const [name, value] of new FormData(form)) {
    if (OURS.has(name) || value instanceof File) continue;
    if (several.has(name)) collected[name].push(value);
    else collected[name] = value;
  }
  return collected;
}

const unlike = {
  checkbox: (el) => el.checked !== el.defaultChecked,
  radio: (el) => el.checked !== el.defaultChecked,
  "select-one": (el) => [...el.options].some((option) => option.defaultSelected && !option.selected),
  "select-multiple": (el) => [...el.options].some((option) => option.defaultSelected !== option.selected),
};

// Whether the form holds something else than the page brought.
function edited(form) {
  const typed = (el) => el.defaultValue !== undefined && el.value !== el.defaultValue;
  return [...form.elements].some((el) => el.name && el.type !== "file" && (unlike[el.type] ?? typed)(el));
}

function keep(form) {
  const state = form.querySelector("[data-save-state]");
  const words = state?.dataset ?? {};
  let revision = Number(form.dataset.revision ?? 0);
  let changed = edited(form); // somebody may have begun to type before this script came
  let underway = null; // the saving that the server has not answered yet
  let due = false; // more is to be kept as soon as it has
  let waiting = false; // the form was sent off and waits for it
  let stopped = false;
  let failed = false;
  const hidden = (name) => form.elements.namedItem(name) ?? { value: "" };
  const elsewhere = form.querySelector("[data-elsewhere]");
  let cut = false; // the last attempt did not reach the server

  const say = (text, bad = false) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("bad", bad);
  };

  // What is changed while something is being kept goes right after it, not with the next round.
  function save(leaving = false) {
    if (!changed || stopped) return underway;
    due = Boolean(underway);
    if (due) return underway;
    changed = false;
    state?.setAttribute("aria-busy", "true");
    underway = send(leaving).finally(() => {
      underway = null;
      if (due) save();
      due = false;
      if (!underway) state?.removeAttribute("aria-busy");
    });
    return underway;
  }

  async function send(leaving) {
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST", keepalive: leaving, credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
        body: JSON.stringify({
          answers: answers(form), revision, window: hidden("draft-window").value, draft: hidden("draft-revision").value,
        }),
      });
      const said = await response.json().catch(() => ({}));
      cut = false;
      if (response.ok) {
        revision = said.revision ?? revision;
        between(said);
        say(`${words.saved} ${said.saved_at ?? ""}`);
      } else if (response.status === 409) {
        stopped = true;
        say(said.message ?? words.conflict, true);
      } else {
        changed = true;
        const signedOut = response.status === 400 || response.status === 401;
        say(signedOut ? words.out : said.message ?? words.failed, true);
      }
      failed = !response.ok && !stopped;
    } catch {
      changed = failed = cut = true;
      say(words.failed, true);
    }
  }

  // Once told, its writer may send the form off without being told again.
  function between(said) {
    if (said.draft === undefined || !elsewhere) return;
    hidden(said.elsewhere ? "draft-told" : "draft-revision").value = said.draft;
    if (said.elsewhere && elsewhere.hidden) {
      elsewhere.setAttribute("role", "alert");
      elsewhere.hidden = false;
      elsewhere.querySelector("[data-elsewhere-words]").textContent = said.elsewhere;
    }
  }

  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("focusout", () => save());
  form.addEventListener("submit", async (event) => {
    if (!underway && !cut) {
      stopped = true;
      return;
    }
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    form.setAttribute("aria-busy", "true"); // until the next page stands in its place
    const pressed = event.submitter;
    await underway;
    if (cut) { // see whether the server can be reached again
      changed = true;
      await save();
    }
    waiting = false;
    if (cut) unsent(form, pressed);
    else form.requestSubmit(pressed);
    if (!stopped) form.removeAttribute("aria-busy"); // it stays here after all
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  addEventListener("beforeunload", (event) => { if (changed && failed && !stopped) event.preventDefault(); });
  setInterval(save, EVERY);
  save();
}

export function autosave(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) keep(form);
}
