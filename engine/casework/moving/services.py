"""Service functions: what a service task of the flow may name. A process names them; it cannot invent them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.casework.moving.happenings import Happening
from engine.flow import Functions

Service = Callable[["Ending", dict[str, Any]], Mapping[str, Any] | None]
SERVICES: dict[str, Service] = {}
FAILURES: dict[str, frozenset[str]] = {}  # service function → the codes of the BpmnErrors that it may raise


@dataclass(slots=True)
class Ending:
    """What service tasks of the flow decided about the end of the case."""

    status: str | None = None
    outcome: str | None = None
    happenings: list[Happening] = field(default_factory=list)


def service(name: str, errors: frozenset[str] = frozenset()) -> Callable[[Service], Service]:
    """Register a service function, with the codes of the errors it may raise (`engine.flow.BpmnError`).

    It is given the variables where its task stands, and gives back those that change. It reads and writes nothing
    else: a plan or a migration calls it to find out what would happen.
    """

    def register(function: Service) -> Service:
        if name in SERVICES:
            raise ValueError(f"the service function {name} is there already")
        SERVICES[name] = function
        FAILURES[name] = errors
        return function

    return register


def service_functions(ending: Ending) -> Functions:
    """What the flow is given to call in one step; what they decide about the end of the case is in `ending`."""
    return {name: functools.partial(function, ending) for name, function in SERVICES.items()}


@service("close_case")
def close_case(ending: Ending, variables: dict[str, Any]) -> None:
    """End the case: it has been handled to the end."""
    ending.status, ending.outcome = "closed", "completed"
    ending.happenings.append(Happening("case:closed"))
