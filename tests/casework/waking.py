"""A process that lets cases be moved by the clock and by each other, until it is killed.

`python -m tests.casework.waking`; from its input it reads the address of the database and the ids of the cast, to its
output it writes the id of each case that has thrown an alarm, once the jobs have carried it on.
"""

from __future__ import annotations

import json
import os
import sys

from engine.casework.moving.deliveries import deliver_events
from engine.casework.moving.timers import fire_timers
from tests.casework.wired import opened, say, spoken
from tests.flow.drawing import Model
from tests.support.cast import Cast
from tests.support.databases import bare_app


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


def main() -> None:
    """Work until killed."""
    told = json.loads(sys.stdin.readline())
    cast = Cast(**told["cast"])
    app = bare_app(told["url"])
    with app.app_context(), spoken():
        while True:
            os.write(1, f"{once(cast)}\n".encode())


if __name__ == "__main__":
    main()
