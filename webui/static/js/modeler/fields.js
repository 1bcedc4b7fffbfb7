// The controls of the property panel, made without markup from texts, so that nothing in a file can become a script.
let count = 0;

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function field(label, control, help = "") {
  control.id ||= `property-${++count}`;
  const hint = help ? element("p", { className: "hint", id: `${control.id}-hint`, textContent: help }) : null;
  if (hint) control.setAttribute("aria-describedby", hint.id);
  return element("div", { className: "field" }, element("label", { htmlFor: control.id, textContent: label }), hint, control);
}

export function line(label, value, changed, { help = "", name = "", list = null, number = false } = {}) {
  const input = element("input", { className: "input", value: value ?? "", name, autocomplete: "off", spellcheck: false });
  input.addEventListener("change", () => changed(input.value.trim()));
  if (list) input.setAttribute("list", list);
  if (number) Object.assign(input, { type: "number", min: "1", step: "1" });
  return field(label, input, help);
}

// A line with what is known to choose from; something new may be typed as well.
export function suggest(label, value, known, changed, { help = "", name = "" } = {}) {
  const list = element("datalist", { id: `known-${++count}` }, ...known.map((each) => element("option", { value: each })));
  const made = line(label, value, changed, { help, name, list: list.id });
  made.append(list);
  return made;
}

// Says at a control what is wrong with it: what, what to do, and by which rule.
export function mark(control, problems) {
  const holder = control.closest(".field");
  holder.classList.add("wrong");
  const said = problems.map((problem) => complaint(problem, `${control.id || `property-${++count}`}-${problem.code}`));
  (holder.querySelector(".hint") ?? holder.querySelector("label, legend")).after(...said);
  if (control.type === "checkbox") return;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [control.getAttribute("aria-describedby"), ...said.map((each) => each.id)].filter(Boolean).join(" "));
}

export function complaint(problem, id = "") {
  const made = element("p", { className: problem.severity === "error" ? "error" : "hint warned", textContent: `${problem.message} ${problem.advice}`.trim() });
  if (id) made.id = id;
  made.append(" ", element("code", { className: "code", textContent: problem.code }));
  return made;
}

export function pick(label, value, choices, changed, words, name = "") {
  const select = element("select", { className: "input", name });
  select.append(new Option(words.choose, ""));
  for (const choice of choices) select.append(new Option(choice.label, choice.value));
  if (value && !choices.some((choice) => choice.value === value)) {
    select.append(new Option(words.unlisted.replace("{value}", value), value));
  }
  select.value = value ?? "";
  select.addEventListener("change", () => changed(select.value));
  return field(label, select);
}

export function several(label, values, choices, changed, name = "") {
  const group = element("fieldset", { className: "field" }, element("legend", { textContent: label }));
  const holder = element("div", { className: "options narrow" });
  const known = choices.map((choice) => choice.value);
  for (const { value, label: words } of [...choices, ...values.filter((each) => !known.includes(each)).map((each) => ({ value: each, label: each }))]) {
    const box = element("input", { type: "checkbox", value, name, checked: values.includes(value) });
    holder.append(element("label", { className: "option" }, box, element("span", { textContent: words })));
  }
  holder.addEventListener("change", () => changed([...holder.querySelectorAll("input:checked")].map((box) => box.value)));
  group.append(holder);
  return group;
}

export function tick(label, value, changed, name = "") {
  const box = element("input", { type: "checkbox", name, checked: Boolean(value) });
  box.addEventListener("change", () => changed(box.checked));
  return element("div", { className: "field" }, element("label", { className: "option" }, box, element("span", { textContent: label })));
}

export function button(label, pressed) {
  const made = element("button", { type: "button", className: "button small", textContent: label });
  made.addEventListener("click", pressed);
  return made;
}
