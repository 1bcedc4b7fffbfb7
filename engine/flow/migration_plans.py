"""What becomes of each node when a running process is taken over to another version: said, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.flow.admission import AdmittedDefinition

# Nodes at which nothing can be started: they begin or listen, or need to know by which flow one came.
_NO_START = frozenset({"startEvent", "boundaryEvent"})
_JOINS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


@dataclass(frozen=True)
class Go:
    """Where to go on: before a node, so that it is entered, or after it, by the flows that lead out of it."""

    node: str
    after: bool = False


@dataclass(frozen=True)
class Misfit:
    """Why a token, or a line of the plan, has no place in the new version; `code` is the reason.

    no-place | kind | level | loop | join | bookkeeping | unknown-old | unknown-new | no-start
    """

    code: str
    node: str
    to: str = ""


@dataclass(frozen=True)
class Counterpart:
    """One row of the two versions side by side; `how` is same | renamed | moved | missing | added."""

    old: str | None
    new: str | None
    how: str


@dataclass(frozen=True)
class FlowPlan:
    """Renamed nodes (old → new), and where what stands at a removed node goes on. All others keep id and kind."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, Go] = field(default_factory=dict)

    def place_of(self, node: str, old: AdmittedDefinition, new: AdmittedDefinition) -> str | None:
        """The node's counterpart: as the plan says, else the same id if it is of the same kind."""
        if node in self.nodes:
            return self.nodes[node]
        same = node in new.nodes and node in old.nodes and new.nodes[node].kind == old.nodes[node].kind
        return node if same else None

    def level_of(self, parent: str, old: AdmittedDefinition, new: AdmittedDefinition) -> str | None:
        """The counterpart of a level: of the process itself, or of a subprocess."""
        if parent == old.key:
            return new.key
        # A process that is called is no node: it is the same where the new version calls it too.
        return self.place_of(parent, old, new) if parent in old.nodes else parent

    def problems(self, old: AdmittedDefinition, new: AdmittedDefinition) -> list[Misfit]:
        """What the plan says that cannot be: unknown nodes, other kinds, places where nothing can be started."""
        found = [
            Misfit("unknown-old", node) for node in {**self.nodes, **self.moves} if node not in old.nodes
        ]
        for node, to in self.nodes.items():
            if to not in new.nodes:
                found.append(Misfit("unknown-new", node, to))
            elif node in old.nodes and old.nodes[node].kind != new.nodes[to].kind:
                found.append(Misfit("kind", node, to))
        for node, go in self.moves.items():
            if go.node not in new.nodes:
                found.append(Misfit("unknown-new", node, go.node))
            elif node in old.nodes:
                found += self._unfit_move(node, go, old, new)
        return found

    def _unfit_move(
        self, node: str, go: Go, old: AdmittedDefinition, new: AdmittedDefinition
    ) -> list[Misfit]:
        level = self.level_of(old.nodes[node].parent, old, new)
        if not can_start(new, go):
            return [Misfit("no-start", node, go.node)]
        return [] if new.nodes[go.node].parent == level else [Misfit("level", node, go.node)]

    def side_by_side(self, old: AdmittedDefinition, new: AdmittedDefinition) -> list[Counterpart]:
        """Every node of both versions beside its counterpart, in the order of the old one, what is new last."""
        rows = [self._counterpart(node, old, new) for node in old.nodes]
        met = {row.new for row in rows if row.how in ("same", "renamed")}
        return rows + [Counterpart(None, node, "added") for node in new.nodes if node not in met]

    def _counterpart(self, node: str, old: AdmittedDefinition, new: AdmittedDefinition) -> Counterpart:
        if node in self.moves:
            return Counterpart(node, self.moves[node].node, "moved")
        to = self.place_of(node, old, new)
        return Counterpart(node, to, "missing" if to is None else "same" if to == node else "renamed")


def can_start(definition: AdmittedDefinition, go: Go) -> bool:
    """Whether a token can be let go there: not before a beginning, a listener or a join, not after an end."""
    kind = definition.nodes[go.node].kind
    if definition.nodes[go.node].outside:
        return False
    if go.after:
        return kind not in _NO_START and kind != "endEvent"
    return kind not in _NO_START and kind not in _JOINS
