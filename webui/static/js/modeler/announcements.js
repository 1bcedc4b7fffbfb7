// The part of the property panel for what a multi-instance activity throws when one of its instances completes.
import { reference, TRIGGERS } from "./events.js";
import { button, element, line, pick } from "./fields.js";

const REFERRED = { None: "noneBehaviorEventRef", One: "oneBehaviorEventRef" };
const DEFINED = "complexBehaviorDefinition";
const COUNTED = ["numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances"];

export function announcementParts(panel, shape, loop) {
  const { drawing, words } = panel;
  const behaviour = loop.behavior ?? "All";
  const behaviours = ["All", ...Object.keys(REFERRED), "Complex"].map((value) => ({ value, label: words[`behaviour_${value}`] }));
  const chosen = pick(words.behaviour, behaviour, behaviours, (value) => setBehaviour(drawing, shape, loop, value || "All"), words, "loop.behaviour");
  if (REFERRED[behaviour]) {
    const definition = loop[REFERRED[behaviour]];
    return [chosen, ...thrown(panel, shape, definition ? [definition] : [], (kind) => refer(drawing, shape, loop, behaviour, kind))];
  }
  return behaviour === "Complex" ? [chosen, ...conditional(panel, shape, loop)] : [chosen];
}

// What is thrown, of which kind and by which name.
function thrown(panel, shape, definitions, setKind) {
  const { words } = panel;
  const kindOf = (definition) => definition.$type.replace("bpmn:", "").replace("EventDefinition", "");
  const kinds = TRIGGERS.map((value) => ({ value, label: words[`trigger_${value}`] }));
  const kind = definitions.length > 1 ? null : pick(words.thrown, definitions[0] && kindOf(definitions[0]), kinds, setKind, words, "loop.event");
  const named = definitions.filter((each) => TRIGGERS.includes(kindOf(each)));
  return [kind, ...named.map((each) => reference(panel, shape, each, kindOf(each)))];
}

function conditional(panel, shape, loop) {
  const { drawing, words } = panel;
  const all = loop.get(DEFINED);
  const set = (definitions) => drawing.setPart(shape, loop, { [DEFINED]: definitions });
  const names = [...COUNTED, drawing.part(loop, "item"), drawing.part(loop, "result")].filter(Boolean);
  return [
    ...all.flatMap((each) => [
      line(words.thrown_when, each.condition?.body, (text) => drawing.setExpression(shape, each, "condition", text), { name: "loop.when", help: panel.namesHelp(names) }),
      ...thrown(panel, shape, each.event?.eventDefinitions ?? [], (kind) => drawing.setPart(shape, each, { event: event(drawing, each, kind) })),
      element("p", {}, button(words.thrown_remove, () => set(all.filter((other) => other !== each)))),
    ]),
    element("p", {}, button(words.thrown_add, () => set([...all, definition(drawing, loop)]))),
  ];
}

function made(drawing, type, parent, settings = {}) {
  const part = drawing.bpmnFactory.create(`bpmn:${type}`, settings);
  part.$parent = parent;
  return part;
}

const definition = (drawing, loop) => made(drawing, "ComplexBehaviorDefinition", loop);

function event(drawing, parent, kind) {
  if (!kind) return undefined;
  const holder = made(drawing, "ImplicitThrowEvent", parent);
  holder.eventDefinitions = [made(drawing, `${kind}EventDefinition`, holder)];
  return holder;
}

// None and One share the event that they refer to; with the other two it goes.
function setBehaviour(drawing, shape, loop, behaviour) {
  const definition_ = loop[REFERRED[loop.behavior]];
  const kept = behaviour === "Complex" ? loop.get(DEFINED) : [];
  const first = behaviour === "Complex" && kept.length === 0 ? [definition(drawing, loop)] : kept;
  const references = Object.fromEntries(Object.entries(REFERRED).map(([each, name]) => [name, each === behaviour ? definition_ : undefined]));
  drawing.setPart(shape, loop, { behavior: behaviour, ...references, [DEFINED]: first });
  if (definition_ && !REFERRED[behaviour]) drawing.replaceRoot(shape, free(drawing, definition_), null);
}

// An event definition of the loop's own at the root of the file, in the place of the one before.
function refer(drawing, shape, loop, behaviour, kind) {
  const before = loop[REFERRED[behaviour]];
  const now = kind ? made(drawing, `${kind}EventDefinition`, drawing.modeler.getDefinitions()) : undefined;
  drawing.setPart(shape, loop, { [REFERRED[behaviour]]: now });
  drawing.replaceRoot(shape, before && free(drawing, before), now);
}

// The event definition if no loop refers to it any more.
function free(drawing, definition_) {
  const refers = (shape) => Object.values(REFERRED).some((name) => drawing.loop(shape)?.[name] === definition_);
  return drawing.elementRegistry.find(refers) ? null : definition_;
}
