// Our own property panel: what an element is to its people stands in process.toml and deadlines.toml, the rest in the diagram.
import { activityParts } from "./activities.js";
import { eventParts } from "./events.js";
import { button, complaint, element, line, mark, pick, several, suggest, tick } from "./fields.js";

const KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const NEW_TASK = { verb: { zh: "办理", en: "Complete" } };

export class Panel {
  constructor(holder, drawing, { words, choices, links }, changeFiles) {
    Object.assign(this, { holder, drawing, words, choices, links, changeFiles });
    this.shape = null;
    this.clock = "";
    holder.addEventListener("submit", (event) => event.preventDefault());
  }

  take(found) {
    this.found = found;
    this.show(this.shape);
  }

  // Draws the panel anew and leaves the focus and what is being typed where it was.
  show(shape) {
    const same = this.shape === shape;
    this.shape = shape;
    if (!this.found) return;
    const focus = same && this.holder.contains(document.activeElement) ? document.activeElement : null;
    const at = focus?.name ? [...this.holder.elements].filter((each) => each.name === focus.name).indexOf(focus) : -1;
    const typed = focus?.matches("input:not([type=checkbox])") ? [focus.value, focus.selectionStart] : null;
    this.holder.replaceChildren(...this.parts(shape).filter(Boolean));
    if (shape) this.markProblems(shape);
    if (at < 0) return;
    const now = [...this.holder.elements].filter((each) => each.name === focus.name)[at];
    if (!now) return;
    if (typed) now.value = typed[0];
    now.focus();
    if (typed) now.setSelectionRange?.(typed[1], typed[1]);
  }

  parts(shape) {
    if (!shape) return [element("p", { className: "quiet", textContent: this.words.nothing })];
    if (this.drawing.is(shape, "bpmn:SequenceFlow")) return this.flow(shape);
    if (this.drawing.is(shape, "bpmn:UserTask")) return [...this.task(shape), this.defaultOf(shape), ...activityParts(this, shape), ...this.clockParts()];
    return [this.named(shape), this.function(shape), ...eventParts(this, shape), this.defaultOf(shape), ...activityParts(this, shape)];
  }

  named(shape) {
    return line(this.words.label, shape.businessObject.name, (name) => this.drawing.rename(shape, name), { name: "name" });
  }

  // A user task -------------------------------------------------------------------------------

  task(shape) {
    const { words, choices, found } = this;
    const entry = found.tasks[shape.id] ?? {};
    const set = (values) => this.setTask(shape, values);
    const title = entry.title ?? { zh: shape.businessObject.name ?? "", en: "" };
    const verb = entry.verb ?? NEW_TASK.verb;
    return [
      ...(found.tasks[shape.id] ? [] : [element("p", { className: "quiet", textContent: words.undescribed }), this.key(shape)]),
      line(words.name, shape.businessObject.name ?? "", (name) => this.drawing.rename(shape, name), { name: "title.zh" }),
      line(words.name_en, title.en, (en) => set({ "title.en": en }), { name: "title.en" }),
      line(words.verb, verb.zh, (zh) => set({ "verb.zh": zh }), { name: "verb.zh" }),
      line(words.verb_en, verb.en, (en) => set({ "verb.en": en }), { name: "verb.en" }),
      pick(words.act, entry.act, choices.act, (act) => set({ act }), words, "act"),
      pick(words.role, entry.role, choices.role, (role) => set({ role }), words, "role"),
      pick(words.at, entry.at, choices.at, (at) => set({ at }), words, "at"),
      pick(words.stage, entry.stage, found.choices.stage, (stage) => set({ stage }), words, "stage"),
      suggest(words.form, entry.form, found.choices.form.map((each) => each.value), (form) => set({ form }), { name: "form", help: words.form_help }),
      ...this.elsewhere(shape, entry),
      pick(words.basis, entry.basis, choices.basis, (basis) => set({ basis }), words, "basis"),
      tick(words.bulk, entry.bulk, (bulk) => set({ bulk }), "bulk"),
      several(words.clocks, entry.clock ?? [], found.choices.clock, (clock) => set({ clock }), "clock"),
    ];
  }

  // What is done on pages of its own: its form, and what else is said of the task.
  elsewhere(shape, { form }) {
    const { words, links } = this;
    const to = (href, textContent) => element("p", {}, element("a", { href, textContent }));
    return [
      form && KEY.test(form) ? to(links.form + form, words.form_link) : null,
      this.found.tasks[shape.id] ? to(`${links.settings}task/${shape.id}`, words.settings_link) : null,
    ];
  }

  // By this the files know the task; once they do, it stays.
  key(shape) {
    return line(this.words.key, shape.id, (id) => {
      if (KEY.test(id) && !this.drawing.elementRegistry.get(id)) this.drawing.modeling.updateProperties(shape, { id });
      else this.show(shape);
    }, { name: "key" });
  }

  // What is begun with is said only where nothing is said yet: another change may be on its way.
  setTask(shape, values) {
    const first = { title: { zh: shape.businessObject.name ?? "", en: "" }, ...NEW_TASK };
    this.changeFiles({ task: shape.id, values, first });
  }

  // A clock -----------------------------------------------------------------------------------

  clockParts() {
    const { words, found } = this;
    const chosen = found.clocks.find((clock) => clock.key === this.clock);
    const pickClock = pick(words.edit_clock, this.clock, found.choices.clock, (key) => {
      this.clock = key;
      this.show(this.shape);
    }, words, "edit_clock");
    const parts = [element("h2", { textContent: words.clock }), pickClock];
    return chosen ? [...parts, ...this.clockFields(chosen)] : [...parts, ...this.newClock()];
  }

  newClock() {
    const { words } = this;
    const key = line(words.key, "", () => {}, { name: "new_clock" });
    const add = () => {
      const name = key.querySelector("input").value.trim();
      if (!name) return;
      this.clock = name;
      this.changeFiles({ clock: name, values: { title: { zh: name, en: name }, per: "assignment" } });
    };
    return [element("details", { className: "unfold" }, element("summary", { textContent: words.new_clock }), key, button(words.add, add))];
  }

  clockFields(clock) {
    const { words, choices } = this;
    const set = (values) => this.changeFiles({ clock: clock.key, values });
    const title = clock.title ?? { zh: "", en: "" };
    return [
      line(words.name, title.zh, (zh) => set({ "title.zh": zh }), { name: "clock.title.zh" }),
      line(words.name_en, title.en, (en) => set({ "title.en": en }), { name: "clock.title.en" }),
      pick(words.rule, clock.rule, choices.rule, (rule) => set({ rule }), words, "clock.rule"),
      pick(words.per, clock.per, choices.per, (per) => set({ per }), words, "clock.per"),
      pick(words.when, clock.when ?? "always", choices.when, (when) => set({ when: when === "always" ? "" : when }), words, "clock.when"),
      clock.per === "case" ? null : several(words.roles, clock.roles, choices.roles, (roles) => set({ roles }), "clock.roles"),
      this.happenings(words.starts, clock.starts, (starts) => set({ starts }), "clock.starts"),
      this.happenings(words.ends, clock.ends, (ends) => set({ ends }), "clock.ends"),
      this.happenings(words.cancels, clock.cancels, (cancels) => set({ cancels }), "clock.cancels"),
      tick(words.main, clock.main, (main) => set({ main }), "clock.main"),
      tick(words.until_all, clock.until_all, (until_all) => set({ until_all }), "clock.until_all"),
      tick(words.outlives, clock.outlives, (outlives) => set({ outlives }), "clock.outlives"),
    ];
  }

  happenings(label, values, changed, name) {
    const chosen = this.choices.happening.filter((choice) => values.includes(choice.value));
    const rest = this.choices.happening.filter((choice) => !values.includes(choice.value));
    const more = pick(this.words.add, "", rest, (value) => value && changed([...values, value]), this.words, `${name}.more`);
    const group = several(label, values, chosen, changed, name);
    group.append(more);
    return group;
  }

  // A sequence flow, a gateway, an event, a service task ---------------------------------------

  flow(shape) {
    const { words, found, drawing } = this;
    const condition = drawing.condition(shape);
    const flaw = found.conditions[shape.id];
    const input = line(words.condition, condition, (text) => drawing.setCondition(shape, text), { name: "condition", help: this.namesHelp() });
    // Spoken as one types: the change itself waits for the field to be left, the check does not.
    input.querySelector("input").addEventListener("input", (event) => drawing.setCondition(shape, event.target.value.trim()));
    const said = element("p", { className: "hint", textContent: condition && !flaw ? words.condition_good : "" });
    said.setAttribute("role", "status");
    input.append(said);
    const insert = button(words.insert_task, () => drawing.insertTask(shape));
    return [this.named(shape), input, element("p", {}, insert)];
  }

  defaultOf(shape) {
    const flows = shape.outgoing ?? [];
    const branching = this.drawing.is(shape, "bpmn:ExclusiveGateway") || this.drawing.is(shape, "bpmn:InclusiveGateway") || this.drawing.is(shape, "bpmn:Activity");
    if (!branching || flows.length < 2) return null;
    const choices = flows.map((flow) => ({ value: flow.id, label: this.flowName(flow) }));
    return pick(this.words.default, shape.businessObject.default?.id, choices, (id) => this.drawing.setDefault(shape, id), this.words, "default");
  }

  flowName(flow) {
    const end = flow.target?.businessObject;
    return [flow.businessObject.name, `→ ${end?.name || end?.id}`].filter(Boolean).join(" ");
  }

  function(shape) {
    if (!this.drawing.is(shape, "bpmn:ServiceTask")) return null;
    return pick(this.words.function, this.drawing.own(shape, "function"), this.choices.function, (name) => this.drawing.setOwn(shape, "function", name), this.words, "function");
  }

  // Names that an expression may ask here, beside those of the flow.
  namesHelp(more = []) {
    const names = this.found.names.map((each) => `${each.name}${each.type ? `（${each.type}）` : ""}`);
    return `${this.words.condition_help}${[...more, ...names].join(" ")}`;
  }

  // Problems ------------------------------------------------------------------------------------

  // What is wrong with the element stands at its field; what has no field here, above all of them.
  markProblems(shape) {
    const rest = [];
    const wrong = new Map();
    for (const problem of this.found.problems.filter((each) => each.element === shape.id)) {
      const control = this.controlOf(problem);
      if (control) wrong.set(control, [...(wrong.get(control) ?? []), problem]);
      else rest.push(problem);
    }
    for (const [control, problems] of wrong) mark(control, problems);
    this.holder.prepend(...rest.map((problem) => complaint(problem)));
    const number = this.found.clocks.findIndex((each) => each.key === this.clock) + 1;
    const places = this.clock ? [`clock ${this.clock}`, `clock ${number}`] : [];
    const clocks = this.found.problems.filter((each) => each.file === "deadlines.toml" && places.includes(each.place));
    for (const problem of clocks) {
      const control = this.controlOf({ ...problem, fields: problem.fields.map((name) => `clock.${name}`) });
      if (control) mark(control, [problem]);
    }
  }

  controlOf({ fields, about }) {
    const named = fields.map((name) => this.holder.elements[name]).filter(Boolean);
    const controls = named.flatMap((each) => (each instanceof RadioNodeList ? [...each] : [each]));
    if (about) return controls.find((each) => each.value.includes(about)) ?? controls[0] ?? null;
    return controls.find((each) => !each.value) ?? controls[0] ?? null;
  }
}
