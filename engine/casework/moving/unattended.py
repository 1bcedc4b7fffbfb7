"""Steps that no person takes, for a timer or for another case: which cases may take one, and what if it fails."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from engine.casework.facts import CASE_COLUMNS, CASES, INSTANCE_COLUMNS, INSTANCES, CaseFacts, Instance, read
from engine.casework.moving.advancing import Moving
from engine.casework.moving.stuck import CaseStuck
from engine.casework.moving.suspension import CaseSuspended, KindSuspended, in_force
from engine.definitions.catalogue import definition
from engine.foundation.errors import Busy, ConcurrentChange
from models import Case, ProcessInstance, db

log = logging.getLogger("duban.unattended")

# What failed is looked at again by itself after this long, until somebody has put it right.
AGAIN = dt.timedelta(hours=1)
MOST = 1_000  # of one run of a job; the rest comes with the next

_CASE_AND_FLOW = (
    sa.select(*CASE_COLUMNS, *INSTANCE_COLUMNS)
    .join_from(CASES, INSTANCES, INSTANCES.c.case_id == CASES.c.id)
    .where(CASES.c.id == sa.bindparam("of_case"))
    .with_for_update(of=INSTANCES)
)

# Of a case in the same statement: nobody has ordered it to stand still.
NOT_HALTED = ~sa.exists().where(in_force(CASES.c.id, CASES.c.congress_id, CASES.c.definition_id))


def taken_up(case_id: int) -> Moving:
    """The case with its flow, locked until the commit."""
    both = db.session.execute(_CASE_AND_FLOW, {"of_case": case_id}).one()
    case, instance = read(CaseFacts, Case, both), read(Instance, ProcessInstance, both)
    return Moving(case, definition(case.definition_id), instance)


@contextlib.contextmanager
def nobody_there(moving: Moving) -> Iterator[None]:
    """Let whatever fails be told as CaseStuck: there is no person to be told of it, only the list of incidents."""
    try:
        yield
    except (CaseStuck, CaseSuspended, ConcurrentChange, StaleDataError):
        raise
    except Exception as fault:
        if isinstance(fault, DBAPIError) and not isinstance(fault, IntegrityError):
            raise  # the transaction is run again, where that may help
        raise CaseStuck(moving.case, moving.folder, fault) from fault


def each_by_itself(
    due: Iterable[tuple[int, int]],
    take: Callable[[int, int], bool],
    set_aside: Callable[[int, int], object],
) -> int:
    """Take the steps one after the other, `(id, congress)` each; gives how many did something.

    One that fails is set aside and keeps no other; one whose case was made to stand still meanwhile waits.
    """
    done = 0
    for id_, congress_id in due:
        try:
            done += take(id_, congress_id)
        except CaseSuspended:
            continue
        except Busy:
            raise
        except (CaseStuck, KindSuspended):  # an incident already; a kind of which no case begins now
            set_aside(id_, congress_id)
        except Exception:
            log.exception("a step that no person takes failed before its case was at hand: %s", id_)
            set_aside(id_, congress_id)
    return done
