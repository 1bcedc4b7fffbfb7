"""A process that takes the cases of a migration over and says each, until it is killed.

`python -m tests.operations.taking_over`; from its input it reads the address of the database, the congress and the
migration, to its output it writes the id of each case once that is acknowledged.
"""

from __future__ import annotations

import json
import os
import sys

from engine.foundation.actor import system_actor
from engine.operations.migrations import carry_on
from tests.support.databases import bare_app


def main() -> None:
    """Work until done, or killed."""
    told = json.loads(sys.stdin.readline())
    app = bare_app(told["url"])
    with app.app_context():
        actor = system_actor(told["congress"])
        for case_id, _state in carry_on(actor, migration_id=told["migration"]):
            os.write(1, f"{case_id}\n".encode())


if __name__ == "__main__":
    main()
