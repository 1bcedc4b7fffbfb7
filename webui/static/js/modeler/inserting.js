// A new step put onto a flow without a pointer: what lies behind it makes room, and one undo takes all of it back.
const ROOM = { x: 160, y: 140 }; // drawn pixels: a task and the flow before it
const COMMAND = "duban.insertTask";

class InsertTask {
  constructor(elementFactory, elementRegistry, modeling, spaceTool) {
    Object.assign(this, { elementFactory, elementRegistry, modeling, spaceTool });
  }

  preExecute(context) {
    const [from, to] = longest(context.flow.waypoints);
    const axis = Math.abs(to.x - from.x) >= Math.abs(to.y - from.y) ? "x" : "y";
    const forward = to[axis] >= from[axis];
    const start = (from[axis] + to[axis]) / 2;
    this.makeRoom(context.flow, axis, forward, start);
    const shift = (forward ? 1 : -1) * (ROOM[axis] / 2);
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    middle[axis] += shift;
    const shape = this.elementFactory.createShape({ type: "bpmn:UserTask" });
    context.shape = this.modeling.createShape(shape, middle, context.flow);
  }

  makeRoom(flow, axis, forward, start) {
    const elements = this.beside(flow, axis, start);
    const delta = forward ? ROOM[axis] : -ROOM[axis];
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(elements, axis, delta, start);
    const direction = { x: ["w", "e"], y: ["n", "s"] }[axis][Number(forward)];
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: 0, y: 0, [axis]: delta }, direction, start);
  }

  // What makes room: the levels around the flow. What lies in the middle of the way grows, and what is in it stays.
  beside(flow, axis, start) {
    const levels = new Set();
    for (let level = flow.parent; level; level = level.parent) levels.add(level);
    const size = { x: "width", y: "height" }[axis];
    const grows = (shape) => shape[axis] < start && shape[axis] + shape[size] > start;
    return this.elementRegistry.filter((element) => {
      if (!element.parent) return false;
      let top = element;
      while (top.parent && !levels.has(top.parent)) top = top.parent;
      return levels.has(top.parent) && (top === element || !grows(top));
    });
  }

  execute() {
    return [];
  }

  revert() {
    return [];
  }
}
InsertTask.$inject = ["elementFactory", "elementRegistry", "modeling", "spaceTool"];

// The longest straight piece of a flow: there is most room on it.
function longest(waypoints) {
  const pieces = waypoints.slice(1).map((to, at) => [waypoints[at], to]);
  const length = ([from, to]) => Math.hypot(to.x - from.x, to.y - from.y);
  return pieces.reduce((best, piece) => (length(piece) > length(best) ? piece : best));
}

export function insertTask(modeler, flow) {
  const commands = modeler.get("commandStack");
  const context = { flow };
  if (!modeler.dubanInserts) {
    commands.registerHandler(COMMAND, InsertTask);
    modeler.dubanInserts = true;
  }
  commands.execute(COMMAND, context);
  return context.shape;
}
