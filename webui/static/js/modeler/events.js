// The part of the property panel for events, and for tasks that send or receive: what each waits for or throws.
import { element, line, pick, suggest, tick } from "./fields.js";

const NAMED = { Message: "message", Signal: "signal", Error: "error", Escalation: "escalation" };
export const TRIGGERS = Object.keys(NAMED);
const TIMES = ["timeDuration", "timeDate", "timeCycle"];
const INTERRUPTING = { "bpmn:BoundaryEvent": "cancelActivity", "bpmn:StartEvent": "isInterrupting" };

export function eventParts(panel, shape) {
  const { drawing, words } = panel;
  if (drawing.is(shape, "bpmn:SendTask")) return [reference(panel, shape, shape.businessObject, "Message")];
  if (drawing.is(shape, "bpmn:ReceiveTask")) return [reference(panel, shape, shape.businessObject, "Message"), beginning(panel, shape)];
  if (drawing.is(shape, "bpmn:EventBasedGateway")) return [beginning(panel, shape)];
  if (!drawing.is(shape, "bpmn:Event")) return [];
  const triggers = drawing.triggers(shape);
  const several = triggers.length > 1;
  return [
    ...triggers.flatMap((trigger) => [several ? heading(panel, trigger) : null, ...ofTrigger(panel, shape, trigger)]),
    several && drawing.is(shape, "bpmn:CatchEvent")
      ? tick(words.parallel_multiple, shape.businessObject.parallelMultiple, (all) => drawing.modeling.updateProperties(shape, { parallelMultiple: all }), "parallel_multiple")
      : null,
    interrupting(panel, shape),
  ];
}

const kindOf = (trigger) => trigger.$type.replace("bpmn:", "").replace("EventDefinition", "");

function heading(panel, trigger) {
  return element("h2", { textContent: panel.words[`trigger_${kindOf(trigger)}`] ?? kindOf(trigger) });
}

function ofTrigger(panel, shape, trigger) {
  const { drawing, words } = panel;
  const kind = kindOf(trigger);
  if (NAMED[kind]) return [reference(panel, shape, trigger, kind)];
  if (kind === "Timer") return timer(panel, shape, trigger);
  if (kind === "Conditional") {
    const set = (text) => drawing.setExpression(shape, trigger, "condition", text);
    return [line(words.condition, trigger.condition?.body, set, { name: "event_condition", help: panel.namesHelp() })];
  }
  if (kind === "Link") {
    const set = (name) => drawing.modeling.updateModdleProperties(shape, trigger, { name: name || undefined });
    return [line(words.link, trigger.name, set, { name: "link", help: words.link_help })];
  }
  if (kind === "Compensate" && drawing.is(shape, "bpmn:ThrowEvent")) return [compensation(panel, shape, trigger)];
  return [];
}

// Whether the process begins here: by a message, by the first of the events behind a gateway, by whichever with the others to come.
function beginning(panel, shape) {
  const { drawing, words } = panel;
  const { instantiate, eventGatewayType } = shape.businessObject;
  const ways = drawing.is(shape, "bpmn:EventBasedGateway") ? ["first", "all"] : ["message"];
  const chosen = !instantiate ? "" : eventGatewayType === "Parallel" ? "all" : ways[0];
  const set = (way) => {
    const type = drawing.is(shape, "bpmn:EventBasedGateway") ? { eventGatewayType: way === "all" ? "Parallel" : "Exclusive" } : {};
    drawing.modeling.updateProperties(shape, { instantiate: Boolean(way), ...type });
  };
  const choices = ways.map((value) => ({ value, label: words[`begins_${value}`] }));
  return pick(words.begins, chosen, choices, set, { ...words, choose: words.begins_not }, "begins");
}

// By its name, or an error and an escalation by their code; a new one is declared by being typed.
export function reference(panel, shape, holder, kind) {
  const { drawing, words, found } = panel;
  const name = NAMED[kind];
  const declared = drawing.declared(kind).map((each) => (kind === "Error" ? each.errorCode : kind === "Escalation" ? each.escalationCode : each.name));
  const known = [...new Set([...declared, ...(found.choices[name] ?? [])])].filter(Boolean);
  return suggest(words[name], drawing.referred(holder, kind), known, (text) => drawing.refer(shape, holder, kind, text), { name, help: words[`${name}_help`] });
}

function timer(panel, shape, trigger) {
  const { drawing, words } = panel;
  const { kind, value } = drawing.timer(trigger);
  const kinds = TIMES.map((each) => ({ value: each, label: words[each] }));
  return [
    pick(words.timer_kind, kind, kinds, (to) => drawing.setTimer(shape, trigger, to || TIMES[0], drawing.timer(trigger).value), words, "timer_kind"),
    line(words.timer_value, value, (text) => drawing.setTimer(shape, trigger, drawing.timer(trigger).kind, text), { name: "timer_value", help: words[`${kind}_help`] }),
  ];
}

function compensation(panel, shape, trigger) {
  const { drawing, words } = panel;
  const choices = drawing.undoable(shape).map((each) => ({ value: each.id, label: each.businessObject.name || each.id }));
  const set = (id) => drawing.modeling.updateModdleProperties(shape, trigger, { activityRef: drawing.elementRegistry.get(id)?.businessObject });
  return pick(words.compensated, trigger.activityRef?.id, choices, set, { ...words, choose: words.all_of_level }, "compensated");
}

// Of an event on a border, and of the beginning of an event subprocess.
function interrupting(panel, shape) {
  const { drawing, words } = panel;
  const attribute = INTERRUPTING[shape.type];
  const begins = shape.type === "bpmn:StartEvent" && !shape.businessObject.$parent?.triggeredByEvent;
  if (!attribute || begins) return null;
  const set = (interrupts) => drawing.modeling.updateProperties(shape, { [attribute]: interrupts });
  return tick(words.interrupting, shape.businessObject[attribute] !== false, set, "interrupting");
}
