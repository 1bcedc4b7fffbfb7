// What the panel changes in the diagram itself: names, conditions, defaults, loops, and what events wait for.
import { insertTask } from "./inserting.js";

const READABLE = 0.8; // of its drawn size: below it labels are no longer read

const TIMES = ["timeDuration", "timeDate", "timeCycle"];
const REFERENCES = {
  Message: { by: "name", ref: "messageRef" },
  Signal: { by: "name", ref: "signalRef" },
  Error: { by: "errorCode", ref: "errorRef" },
  Escalation: { by: "escalationCode", ref: "escalationRef" },
};
const LOOPS = {
  parallel: ["bpmn:MultiInstanceLoopCharacteristics", {}],
  sequential: ["bpmn:MultiInstanceLoopCharacteristics", { isSequential: true }],
  standard: ["bpmn:StandardLoopCharacteristics", {}],
};

const is = (shape, type) => Boolean(shape?.businessObject?.$instanceOf?.(type));

export class Drawing {
  constructor(modeler) {
    this.modeler = modeler;
    for (const name of ["modeling", "elementRegistry", "moddle", "canvas", "selection", "bpmnFactory"]) this[name] = modeler.get(name);
  }

  is(shape, type) {
    return is(shape, type);
  }

  // Everything that has properties, in the order of the diagram: lanes, labels and the plane itself have none.
  elements() {
    return this.elementRegistry.filter((shape) => !shape.labelTarget && (is(shape, "bpmn:FlowNode") || is(shape, "bpmn:SequenceFlow")));
  }

  select(id) {
    const shape = this.elementRegistry.get(id);
    if (!shape) return;
    this.selection.select(shape);
    if (this.canvas.zoom() < READABLE) this.canvas.zoom(READABLE);
    this.canvas.scrollToElement(shape, 80);
  }

  insertTask(flow) {
    const made = insertTask(this.modeler, flow);
    this.select(made.id);
  }

  rename(shape, name) {
    this.modeling.updateProperties(shape, { name: name || undefined });
  }

  condition(shape) {
    return shape.businessObject.conditionExpression?.body ?? "";
  }

  setCondition(shape, text) {
    const conditionExpression = text ? this.moddle.create("bpmn:FormalExpression", { body: text }) : undefined;
    this.modeling.updateProperties(shape, { conditionExpression });
  }

  setDefault(shape, id) {
    const flow = shape.outgoing.find((each) => each.id === id);
    this.modeling.updateProperties(shape, { default: flow?.businessObject });
  }

  // Attributes of our own name space are kept as they stand.
  own(shape, name) {
    return shape.businessObject.$attrs[`duban:${name}`] ?? shape.businessObject.get(`duban:${name}`) ?? "";
  }

  setOwn(shape, name, value) {
    const definitions = this.modeler.getDefinitions();
    definitions.$attrs["xmlns:duban"] ??= "http://duban/bpmn";
    this.modeling.updateProperties(shape, { [`duban:${name}`]: value || undefined });
  }

  // What an event waits for or throws: none, one or several.
  triggers(shape) {
    return shape.businessObject.eventDefinitions ?? [];
  }

  // Messages, signals, errors and escalations are declared at the root of the file and referred to by events.
  declared(kind) {
    return this.modeler.getDefinitions().rootElements.filter((each) => each.$type === `bpmn:${kind}`);
  }

  // Lets what `holder` is refer to the declared thing that is known by this name; one that is not there is declared.
  refer(shape, holder, kind, name) {
    const definitions = this.modeler.getDefinitions();
    const { by, ref } = REFERENCES[kind];
    let found = name ? this.declared(kind).find((each) => each[by] === name) : undefined;
    if (!found && name) {
      found = this.bpmnFactory.create(`bpmn:${kind}`, { name, [by]: name });
      found.$parent = definitions;
      const rootElements = [...definitions.rootElements];
      rootElements.splice(rootElements.findIndex((each) => each.$type !== `bpmn:${kind}`), 0, found);
      this.modeling.updateModdleProperties(shape, definitions, { rootElements });
    }
    this.modeling.updateModdleProperties(shape, holder, { [ref]: found });
  }

  // Puts something at the root of the file, before the process, in the place of something else; either may be missing.
  replaceRoot(shape, before, now) {
    const definitions = this.modeler.getDefinitions();
    const rootElements = definitions.rootElements.filter((each) => each !== before);
    const at = rootElements.findIndex((each) => each.$type === "bpmn:Process");
    if (now) rootElements.splice(at < 0 ? rootElements.length : at, 0, now);
    this.modeling.updateModdleProperties(shape, definitions, { rootElements });
  }

  referred(holder, kind) {
    const { by, ref } = REFERENCES[kind];
    return holder[ref]?.[by] ?? "";
  }

  // An attribute of our own on a part of an element, such as its loop.
  part(part, name) {
    return part.$attrs[`duban:${name}`] ?? part.get(`duban:${name}`) ?? "";
  }

  setPart(shape, part, values) {
    this.modeler.getDefinitions().$attrs["xmlns:duban"] ??= "http://duban/bpmn";
    this.modeling.updateModdleProperties(shape, part, values);
  }

  // An expression that is a child of `holder`; an empty one goes.
  setExpression(shape, holder, name, text) {
    this.modeling.updateModdleProperties(shape, holder, { [name]: this.expression(holder, text) });
  }

  expression(holder, text) {
    const made = text ? this.moddle.create("bpmn:FormalExpression", { body: text }) : undefined;
    if (made) made.$parent = holder;
    return made;
  }

  timer(trigger) {
    const kind = TIMES.find((name) => trigger[name]) ?? TIMES[0];
    return { kind, value: trigger[kind]?.body ?? "" };
  }

  // How it is timed is kept while the time is still empty.
  setTimer(shape, trigger, kind, value) {
    const times = Object.fromEntries(TIMES.map((name) => [name, undefined]));
    const time = this.moddle.create("bpmn:FormalExpression", { body: value });
    time.$parent = trigger;
    this.modeling.updateModdleProperties(shape, trigger, { ...times, [kind]: time });
  }

  // Once, again and again, or for each of several: what an activity has of the two sorts of loop.
  loop(shape) {
    return shape.businessObject.loopCharacteristics ?? null;
  }

  setLoop(shape, kind) {
    const [type, settings] = LOOPS[kind] ?? [];
    const made = type ? this.bpmnFactory.create(type, settings) : undefined;
    if (made) made.$parent = shape.businessObject;
    this.modeling.updateProperties(shape, { loopCharacteristics: made });
  }

  // Activities of the same level which have something that undoes them.
  undoable(shape) {
    const borders = this.elementRegistry.filter((each) => is(each, "bpmn:BoundaryEvent") && each.host);
    const undone = borders.filter((each) => this.triggers(each).some((one) => one.$type === "bpmn:CompensateEventDefinition"));
    return [...new Set(undone.map((each) => each.host))];
  }
}
