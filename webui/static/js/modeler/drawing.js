// What the panel changes in the diagram itself: names, conditions, defaults, functions, and what events wait for.
const READABLE = 0.8; // of its drawn size: below it labels are no longer read

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

  trigger(shape) {
    return shape.businessObject.eventDefinitions?.[0] ?? null;
  }

  // A message or a signal: declared at the root of the file and referred to by events.
  declared(kind) {
    return this.modeler.getDefinitions().rootElements.filter((each) => each.$type === `bpmn:${kind}`);
  }

  refer(shape, kind, name) {
    const definitions = this.modeler.getDefinitions();
    let found = this.declared(kind).find((each) => each.name === name);
    if (!found && name) {
      found = this.bpmnFactory.create(`bpmn:${kind}`, { name });
      found.$parent = definitions;
      const rootElements = [...definitions.rootElements];
      rootElements.splice(rootElements.findIndex((each) => each.$type !== `bpmn:${kind}`), 0, found);
      this.modeling.updateModdleProperties(shape, definitions, { rootElements });
    }
    this.modeling.updateModdleProperties(shape, this.trigger(shape), { [`${kind.toLowerCase()}Ref`]: found });
  }

  timer(shape) {
    const trigger = this.trigger(shape);
    const kind = ["timeDuration", "timeDate", "timeCycle"].find((name) => trigger[name]) ?? "timeDuration";
    return { kind, value: trigger[kind]?.body ?? "" };
  }

  setTimer(shape, kind, value) {
    const expression = value ? this.moddle.create("bpmn:FormalExpression", { body: value }) : undefined;
    const properties = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined, [kind]: expression };
    if (expression) expression.$parent = this.trigger(shape);
    this.modeling.updateModdleProperties(shape, this.trigger(shape), properties);
  }

  setEventCondition(shape, text) {
    const condition = this.moddle.create("bpmn:FormalExpression", { body: text });
    this.modeling.updateModdleProperties(shape, this.trigger(shape), { condition });
  }
}
