"""A process that takes the cases of a migration over and says each, until it is killed."""

from __future__ import annotations

from engine.foundation.actor import system_actor
from engine.operations.migrations import carry_on
from tests.support.databases import bare_app
from tests.support.killed import Tell


def take_over(url: str, congress_id: int, migration_id: int, tell: Tell) -> None:
    """Carry the migration on, telling the id of each case once it has been acknowledged."""
    with bare_app(url).app_context():
        for case_id, _state in carry_on(system_actor(congress_id), migration_id=migration_id):
            tell(case_id)
