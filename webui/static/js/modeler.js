// The editor of a draft. Needs window.BpmnJS (the vendored modeler) loaded before; the bpmn.io mark stays whole and visible.
import { Drawing } from "./modeler/drawing.js";
import { element } from "./modeler/fields.js";
import { Panel } from "./modeler/panel.js";
import { Refused, Server } from "./modeler/server.js";
import { translator } from "./modeler/words.js";

const PAUSE = 500; // milliseconds after the last change until it is checked

class Editor {
  constructor(holder) {
    this.holder = holder;
    this.words = JSON.parse(holder.dataset.words);
    this.server = new Server(holder);
    this.find = (name) => holder.querySelector(`[data-${name}]`);
    this.modeler = new window.BpmnJS({
      container: this.find("canvas"),
      additionalModules: [{ translate: ["value", translator(holder.dataset.language)] }],
    });
    this.version = 0;
  }

  async open() {
    const found = await this.server.work();
    this.path = found.diagram;
    await this.modeler.importXML(found.files[this.path] ?? "");
    this.drawing = new Drawing(this.modeler);
    const { choices, forms, settings } = this.holder.dataset;
    const known = { words: this.words, choices: JSON.parse(choices), links: { form: forms, settings } };
    this.panel = new Panel(this.find("panel"), this.drawing, known, (change) => this.changeFiles(change));
    this.fit();
    this.listen();
    this.take(found);
    this.say("");
  }

  listen() {
    this.modeler.on("commandStack.changed", () => this.drawn());
    this.modeler.on("selection.changed", ({ newSelection }) => this.chose(newSelection.length === 1 ? newSelection[0] : null));
    for (const command of ["element.updateLabel", "element.updateProperties"]) {
      for (const phase of ["executed", "reverted"]) {
        this.modeler.on(`commandStack.${command}.${phase}`, ({ context }) => setTimeout(() => this.named(context.element)));
      }
    }
    this.find("save-now").addEventListener("click", () => this.save());
    this.find("undo").addEventListener("click", () => this.modeler.get("commandStack").undo());
    this.find("redo").addEventListener("click", () => this.modeler.get("commandStack").redo());
    this.find("fit").addEventListener("click", () => this.fit());
    this.find("elements").addEventListener("change", (event) => this.drawing.select(event.target.value));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      this.save();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.server.isChanged || this.pending) event.preventDefault();
    });
  }

  fit() {
    const canvas = this.modeler.get("canvas");
    canvas.resized();
    canvas.zoom("fit-viewport", "auto");
  }

  chose(shape) {
    const target = shape?.labelTarget ?? shape;
    this.panel.show(target);
    this.find("elements").value = target?.id ?? "";
  }

  // A task's name in the diagram, however it was changed, is its name for its people too.
  named(shape) {
    const entry = this.panel.found.tasks[shape.id];
    const zh = (shape.businessObject.name ?? "").trim();
    if (!entry || !this.drawing.is(shape, "bpmn:UserTask") || entry.title?.zh === zh) return;
    this.changeFiles({ task: shape.id, values: { "title.zh": zh } });
  }

  drawn() {
    this.panel.show(this.panel.shape);
    this.pending = true;
    this.say(this.words.checking);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  async write() {
    clearTimeout(this.timer);
    if (!this.pending) return;
    const { xml } = await this.modeler.saveXML({ format: true });
    this.server.files[this.path] = xml;
    this.pending = false;
  }

  async check(change = null) {
    const version = ++this.version;
    await this.write();
    try {
      const found = await this.server.work(change);
      if (version === this.version) this.take(found); // else a newer answer is on its way
      this.say(this.server.isChanged ? this.words.unsaved : "");
    } catch (error) {
      this.failed(error);
    }
  }

  changeFiles(change) {
    return this.check(change);
  }

  async save() {
    this.say(this.words.saving);
    await this.write();
    try {
      const revision = await this.server.save();
      this.say(this.words.saved.replace("{revision}", revision));
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    this.say(error instanceof Refused && error.message ? error.message : this.words.failed, true);
  }

  say(text, bad = false) {
    const state = this.find("save-state");
    state.textContent = text;
    state.classList.toggle("bad", bad);
    this.find("save-now").disabled = !(this.server.isChanged || this.pending);
  }

  take(found) {
    this.list();
    this.panel.take(found);
    this.tell(found.problems);
  }

  list() {
    const kinds = { "bpmn:UserTask": this.words.userTask, "bpmn:SequenceFlow": this.words.sequenceFlow, "bpmn:Gateway": this.words.gateway, "bpmn:Event": this.words.event };
    const groups = new Map([...Object.values(kinds), this.words.other].map((label) => [label, element("optgroup", { label })]));
    for (const shape of this.drawing.elements()) {
      const kind = Object.keys(kinds).find((type) => this.drawing.is(shape, type));
      groups.get(kinds[kind] ?? this.words.other).append(new Option(this.called(shape), shape.id));
    }
    const select = this.find("elements");
    const chosen = this.panel.shape?.id ?? "";
    select.replaceChildren(new Option(this.words.none, ""), ...groups.values());
    select.value = chosen;
  }

  called(shape) {
    const { name, id } = shape.businessObject;
    if (!this.drawing.is(shape, "bpmn:SequenceFlow")) return name || id;
    const ends = [shape.source, shape.target].map((end) => end?.businessObject.name || end?.id);
    return [name, ends.join(" → ")].filter(Boolean).join("：");
  }

  // Problems: at their elements, and as a list from which each can be gone to.
  tell(problems) {
    const overlays = this.modeler.get("overlays");
    const canvas = this.modeler.get("canvas");
    overlays.remove({ type: "problem" });
    for (const [id, marker] of this.marked ?? []) {
      if (this.drawing.elementRegistry.get(id)) canvas.removeMarker(id, marker);
    }
    const worst = new Map();
    for (const { element: id, severity } of problems) {
      if (this.drawing.elementRegistry.get(id) && worst.get(id) !== "error") worst.set(id, severity);
    }
    this.marked = [...worst].map(([id, severity]) => [id, `problem-${severity}`]);
    for (const [id, severity] of worst) {
      const badge = element("span", { className: `problem-badge ${severity}`, textContent: severity === "error" ? "✗" : "△" });
      overlays.add(id, "problem", { position: { top: -12, left: -8 }, scale: { min: 1 }, html: badge });
      canvas.addMarker(id, `problem-${severity}`);
    }
    this.find("problems").replaceChildren(...problems.map((problem) => this.line(problem)));
    const errors = problems.filter((each) => each.severity === "error").length;
    const counted = this.words.problems.replace("{errors}", errors).replace("{warnings}", problems.length - errors);
    this.find("counted").textContent = problems.length ? counted : this.words.no_problems;
  }

  line(problem) {
    const badge = element("span", { className: `problem-badge ${problem.severity}`, textContent: problem.severity === "error" ? "✗" : "△" });
    badge.setAttribute("aria-hidden", "true");
    const hush = element("span", { className: "hush", textContent: `${this.words[`severity_${problem.severity}`]} ` });
    const shape = this.drawing.elementRegistry.get(problem.element);
    const said = [hush, `${problem.message} ${problem.advice}`];
    const where = element("span", { className: "faint", textContent: ` ${shape ? this.called(shape) : problem.place} · ${problem.file}` });
    const go = shape
      ? element("button", { type: "button", className: "problem-go" }, ...said)
      : element("a", { href: this.holder.dataset.file + problem.file }, ...said);
    if (shape) go.addEventListener("click", () => this.go(problem.element));
    const code = element("code", { className: "code", textContent: problem.code });
    const item = element("li", { className: problem.severity }, badge, element("div", {}, go, where, " ", code, this.orphan(problem)));
    return item;
  }

  go(id) {
    this.drawing.select(id);
    (this.find("panel").querySelector("[aria-invalid]") ?? this.find("panel").querySelector("input, select"))?.focus();
  }

  // What process.toml says of a task that is drawn no more can go.
  orphan({ file, place }) {
    const node = file === "process.toml" && place.startsWith("task.") ? place.slice(5) : "";
    if (!node || !this.panel.found.tasks[node] || this.drawing.elementRegistry.get(node)) return null;
    const made = element("button", { type: "button", className: "button small", textContent: this.words.orphan });
    made.addEventListener("click", () => this.changeFiles({ remove_task: node }));
    return made;
  }
}

for (const holder of document.querySelectorAll("[data-editor]")) {
  const editor = new Editor(holder);
  editor.open().catch((error) => editor.failed(error));
}
