// The part of the property panel for activities: repeated how, how many tokens, what is called, what is decided.
import { announcementParts } from "./announcements.js";
import { element, line, pick, suggest } from "./fields.js";

const MULTIPLE = "bpmn:MultiInstanceLoopCharacteristics";

export function activityParts(panel, shape) {
  const { drawing, words } = panel;
  if (drawing.is(shape, "bpmn:ComplexGateway")) return [activation(panel, shape)];
  if (!drawing.is(shape, "bpmn:Activity") || shape.businessObject.triggeredByEvent) return [];
  return [
    ...(drawing.is(shape, "bpmn:CallActivity") ? called(panel, shape) : []),
    ...(drawing.is(shape, "bpmn:BusinessRuleTask") ? decided(panel, shape) : []),
    element("h2", { textContent: words.repetition }),
    pick(words.loop, loopOf(drawing.loop(shape)), choices(words, ["parallel", "sequential", "standard"], "loop_"), (kind) => drawing.setLoop(shape, kind), { ...words, choose: words.loop_none }, "loop"),
    ...loopParts(panel, shape),
    quantity(panel, shape, "startQuantity"),
    quantity(panel, shape, "completionQuantity"),
  ];
}

const choices = (words, values, prefix) => values.map((value) => ({ value, label: words[prefix + value] }));

function loopOf(loop) {
  if (!loop) return "";
  if (loop.$type !== MULTIPLE) return "standard";
  return loop.isSequential ? "sequential" : "parallel";
}

function loopParts(panel, shape) {
  const { drawing } = panel;
  const loop = drawing.loop(shape);
  if (!loop) return [];
  return loop.$type === MULTIPLE ? multiple(panel, shape, loop) : standard(panel, shape, loop);
}

function standard(panel, shape, loop) {
  const { drawing, words } = panel;
  const before = choices(words, ["true", "false"], "test_before_");
  return [
    line(words.loop_condition, loop.loopCondition?.body, (text) => drawing.setExpression(shape, loop, "loopCondition", text), { name: "loop.condition", help: panel.namesHelp(["loopCounter"]) }),
    pick(words.test_before, String(loop.testBefore === true), before, (value) => drawing.setPart(shape, loop, { testBefore: value === "true" }), words, "loop.before"),
    line(words.loop_maximum, loop.loopMaximum, (text) => drawing.setPart(shape, loop, { loopMaximum: text || undefined }), { name: "loop.maximum", number: true }),
  ];
}

// The standard names collection and item by elements of their own; what is typed is said by our attributes instead.
const SPELLED = { collection: "loopDataInputRef", item: "inputDataItem", results: "loopDataOutputRef", result: "outputDataItem" };

function multiple(panel, shape, loop) {
  const { drawing, words } = panel;
  const own = (name) => {
    const other = loop[SPELLED[name]];
    const set = (text) => drawing.setPart(shape, loop, { [SPELLED[name]]: undefined, [`duban:${name}`]: text || undefined });
    return line(words[`loop_${name}`], drawing.part(loop, name) || other?.name || other?.id, set, { name: `loop.${name}`, help: words[`loop_${name}_help`] });
  };
  const counted = ["numberOfInstances", "numberOfCompletedInstances"];
  return [
    own("collection"),
    own("item"),
    line(words.loop_cardinality, loop.loopCardinality?.body, (text) => drawing.setExpression(shape, loop, "loopCardinality", text), { name: "loop.cardinality", help: words.loop_cardinality_help }),
    line(words.completion, loop.completionCondition?.body, (text) => drawing.setExpression(shape, loop, "completionCondition", text), { name: "loop.completion", help: panel.namesHelp(counted) }),
    own("results"),
    own("result"),
    ...announcementParts(panel, shape, loop),
  ];
}

function quantity(panel, shape, name) {
  const { drawing, words } = panel;
  const set = (text) => drawing.modeling.updateProperties(shape, { [name]: /^\d{1,4}$/.test(text) && text !== "1" ? Number(text) : undefined });
  return line(words[name], shape.businessObject[name] ?? 1, set, { name, number: true });
}

function activation(panel, shape) {
  const { drawing, words } = panel;
  const gateway = shape.businessObject;
  const set = (text) => drawing.modeling.updateProperties(shape, { activationCondition: drawing.expression(gateway, text) });
  return line(words.activation, gateway.activationCondition?.body, set, { name: "activation", help: panel.namesHelp(["activationCount"]) });
}

// Another process ----------------------------------------------------------------------------

function called(panel, shape) {
  const { drawing, words, found } = panel;
  const beside = drawing.declared("Process").map((each) => each.id);
  const known = [...new Set([...found.choices.called, ...beside])];
  const set = (id) => drawing.modeling.updateProperties(shape, { calledElement: id || undefined });
  return [
    suggest(words.called, shape.businessObject.calledElement, known, set, { name: "called", help: words.called_help }),
    own(panel, shape, "in", words.called_in, words.mapping_help),
    own(panel, shape, "out", words.called_out, words.mapping_help),
  ];
}

function own(panel, shape, name, label, help) {
  const { drawing } = panel;
  return line(label, drawing.own(shape, name), (text) => drawing.setOwn(shape, name, text), { name, help });
}

// A decision ---------------------------------------------------------------------------------

function decided(panel, shape) {
  const { drawing, words, found } = panel;
  const chosen = found.choices.decision.find((each) => each.value === drawing.own(shape, "decision"));
  const tells = (template, names) => (chosen ? template.replace("{names}", names.join("、") || words.none) : "");
  return [
    pick(words.decision, drawing.own(shape, "decision"), found.choices.decision, (id) => drawing.setOwn(shape, "decision", id), words, "decision"),
    own(panel, shape, "in", words.decision_in, tells(words.decision_reads, chosen?.reads ?? [])),
    own(panel, shape, "result", words.decision_result, words.decision_result_help),
    own(panel, shape, "out", words.decision_out, tells(words.decision_gives, chosen?.gives ?? [])),
  ];
}
