// The working copy of a draft's files, and the server that checks, changes and keeps it. One request at a time, in order.
import { csrfToken } from "../page.js";

export class Refused extends Error {}

export class Server {
  constructor(holder) {
    this.holder = holder;
    this.revision = Number(holder.dataset.revision);
    this.files = {}; // path → text that differs from what is saved
    this.queue = Promise.resolve();
  }

  async post(address, body) {
    const response = await fetch(address, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
    });
    const said = await response.json().catch(() => ({}));
    if (response.ok) return said;
    const fields = (said.error?.fields ?? []).map((each) => each.message);
    throw new Refused([said.error?.message ?? "", ...fields].filter(Boolean).join(" "));
  }

  // What is wrong with the files, after a change of properties if there is one. Changes wait for one another.
  work(change = null) {
    const step = this.queue.then(async () => {
      const body = { files: this.files, ...(change ? { change } : {}) };
      const found = await this.post(this.holder.dataset.work, body);
      if (change) {
        for (const path of ["process.toml", "deadlines.toml"]) {
          if (found.files[path] !== undefined && found.files[path] !== this.base?.[path]) this.files[path] = found.files[path];
          else delete this.files[path];
        }
      }
      this.base ??= { ...found.files };
      return found;
    });
    this.queue = step.catch(() => {});
    return step;
  }

  save() {
    const step = this.queue.then(async () => {
      const sent = { ...this.files };
      const { revision } = await this.post(this.holder.dataset.save, { files: sent, revision: this.revision });
      this.revision = revision;
      Object.assign(this.base, sent);
      for (const path of Object.keys(sent)) if (this.files[path] === sent[path]) delete this.files[path];
      return revision;
    });
    this.queue = step.catch(() => {});
    return step;
  }

  get isChanged() {
    return Object.keys(this.files).length > 0;
  }
}
