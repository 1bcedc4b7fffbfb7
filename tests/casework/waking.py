"""A process that lets cases be moved by the clock and by each other, until it is killed."""

from __future__ import annotations

from engine.casework.moving.deliveries import deliver_events
from engine.casework.moving.timers import fire_timers
from tests.casework.wired import opened, say, spoken
from tests.flow.drawing import Model
from tests.support.cast import Cast
from tests.support.databases import bare_app
from tests.support.killed import Tell


def listening() -> Model:
    """A task at which the clock reminds at once, and an alarm warns each time."""
    model = Model(key="listening").node("startEvent", "s").node("userTask", "write").node("endEvent", "e")
    model.wire("s", "write", "e")
    model.node("boundaryEvent", "soon", host="write", interrupting=False, timer="PT0S")
    model.node("boundaryEvent", "alarmed", host="write", interrupting=False, signal="alarm")
    model.node("userTask", "remind").node("endEvent", "e2").wire("soon", "remind", "e2")
    return model.node("userTask", "warned").node("endEvent", "e3").wire("alarmed", "warned", "e3")


def alarming() -> Model:
    """A task after which the alarm goes off."""
    model = Model(key="alarming").node("startEvent", "s").node("userTask", "write")
    return model.node("endEvent", "e", signal="alarm").wire("s", "write", "e")


def once(cast: Cast) -> int:
    """A new case that listens, a new one that throws, and both jobs; gives the thrower's id."""
    opened(cast, listening())
    thrower = opened(cast, alarming())
    say(cast, thrower, "write")
    fire_timers()
    deliver_events()
    return thrower


def wake(url: str, cast: Cast, tell: Tell) -> None:
    """Throw alarm after alarm, telling the case of each once the jobs have carried it on; never comes to an end."""
    with bare_app(url).app_context(), spoken():
        while True:
            tell(once(cast))
