// The process diagram with the places where the case stands. Needs window.BpmnJS (the vendored viewer) loaded before.
// The words around it stay; the bpmn.io mark stays whole and visible.

// How many tasks lie at a node, and in red where some are late; the table beside the diagram says the same in words.
function count(viewer, counts) {
  const known = viewer.get("elementRegistry");
  for (const [id, [open, late]] of Object.entries(counts)) {
    if (!known.get(id)) continue;
    const badge = document.createElement("span");
    badge.className = late ? "step-count-badge late" : "step-count-badge";
    badge.textContent = late ? `${open} · ${late}!` : String(open);
    viewer.get("overlays").add(id, { position: { top: -14, right: 14 }, html: badge });
  }
}

// What is wrong with an element; the list beside the diagram says what.
function warn(viewer, problems) {
  const known = viewer.get("elementRegistry");
  for (const [id, severity] of Object.entries(problems)) {
    if (!known.get(id)) continue;
    const badge = document.createElement("span");
    badge.className = `problem-badge ${severity}`;
    badge.textContent = severity === "error" ? "✗" : "△";
    viewer.get("overlays").add(id, { position: { top: -12, left: -8 }, scale: { min: 1 }, html: badge });
    viewer.get("canvas").addMarker(id, `problem-${severity}`);
  }
}

// One layer of marks at a time: a class for the look of an element, and words on it, so that colour never says it alone.
// A flow has no badge (it would hang anywhere): its line is of another kind.
function show(viewer, layer, before) {
  const [known, view, overlays] = ["elementRegistry", "canvas", "overlays"].map((name) => viewer.get(name));
  for (const [id, mark] of Object.entries(before?.marks || {})) if (known.get(id)) view.removeMarker(id, `mark-${mark.kind}`);
  overlays.remove({ type: "layer" });
  for (const [id, mark] of Object.entries(layer.marks)) {
    const element = known.get(id);
    if (!element) continue;
    view.addMarker(id, `mark-${mark.kind}`);
    if (element.children?.length) view.addMarker(id, "mark-outer"); // what lies inside stays to be seen
    if (element.waypoints || !mark.badge) continue;
    const badge = document.createElement("span");
    badge.className = `mark-badge ${mark.kind}`;
    badge.textContent = mark.badge;
    overlays.add(id, "layer", { position: { top: -14, left: 0 }, scale: { min: 0.8 }, html: badge });
  }
}

function layers(viewer, holder) {
  const all = JSON.parse(holder.dataset.layers || "[]");
  let shown = all[0];
  if (shown) show(viewer, shown);
  const choice = holder.querySelector("[data-layers-switch]");
  if (!choice) return;
  choice.hidden = false;
  choice.addEventListener("change", (event) => {
    const next = all.find((layer) => layer.key === event.target.value);
    show(viewer, next, shown);
    shown = next;
  });
}

async function draw(holder) {
  const canvas = holder.querySelector(".canvas");
  const tools = holder.querySelector(".canvas-tools");
  canvas.hidden = false;
  const viewer = new window.BpmnJS({ container: canvas });
  try {
    const response = await fetch(holder.dataset.source, { credentials: "same-origin" });
    if (!response.ok) throw new Error(response.statusText);
    await viewer.importXML(await response.text());
  } catch {
    canvas.hidden = true;
    return;
  }
  tools.hidden = false;
  holder.querySelector("[data-diagram-fallback]").hidden = true;
  const view = viewer.get("canvas");
  const known = viewer.get("elementRegistry");
  const mark = (ids, name) => ids.filter((id) => known.get(id)).forEach((id) => view.addMarker(id, name));
  mark(JSON.parse(holder.dataset.done), "done-step");
  mark(JSON.parse(holder.dataset.live), "live-step");
  count(viewer, JSON.parse(holder.dataset.counts || "{}"));
  warn(viewer, JSON.parse(holder.dataset.problems || "{}"));
  layers(viewer, holder);

  const fit = () => {
    if (!canvas.clientWidth || !canvas.clientHeight) return; // folded away: there is nothing to fit into
    view.resized();
    view.zoom("fit-viewport", "auto");
    view.zoom(view.zoom() * 0.94, "auto");
  };
  const zoom = (factor) => view.zoom(Math.min(4, Math.max(0.2, view.zoom() * factor)), "auto");
  const acts = { in: () => zoom(1.25), out: () => zoom(0.8), fit };
  tools.addEventListener("click", (event) => acts[event.target.dataset.zoom]?.());
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) view.scroll({ dx: step[0], dy: step[1] });
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  new ResizeObserver(fit).observe(canvas);
}

for (const holder of document.querySelectorAll("[data-diagram]")) draw(holder);
