"""Scenarios on the stage: each step done by the cast on its day, and the end looked at."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.attachments import FileStore, add_attachment
from engine.casework.cases import open_case, watch_case
from engine.casework.contacts import record_contact
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.moving.deliveries import deliver_events
from engine.casework.periods.clock_sweep import sweep
from engine.casework.tasks import complete_task
from engine.casework.texts import save_text
from engine.commitments.sweeping import sweep_commitments
from engine.definitions.catalogue import definition
from engine.definitions.forms import Form
from engine.foundation import clock
from engine.foundation.errors import DomainError
from models import Assignment, AuditEvent, Case, Clock, Deputy, Notification, Organization, Task, db
from tests.support import evaluating, handing_on, laying_by, publicising, sitting
from tests.support.cast import Cast, join
from tests.support.listing import listed
from tests.support.passages import noted
from tests.support.picked import PICKED
from tests.support.promising import DEEDS, named_of
from tests.support.scenarios import Scenario
from tests.support.sitting import arranged
from tests.support.tasks_told import TasksTold

# What a scenario, a step and the end may say; anything else is a slip of the pen.
SCENARIO = {"title", "shows", "without_account", "joined_by", "steps", "end"}
STEP = {"on", "who", "does", "task", "action", "unit", "with", "like", "refused", "opens"}
STEP |= {"lead", "deputies", "version", "from_motion", "case", "named", "promise", "meeting", "to"}
END = {"status", "outcome", "stage", "number", "round", "text_version", "category", "confidentiality"}
END |= {
    "open",
    "held",
    "clocks",
    "recorded",
    "told",
    "promises",
    "publication",
    "archive",
    "problems",
    "said",
}
ROWS: dict[str, Callable[[int, Any], Any]] = {"promises": named_of, "problems": listed}
CLOCK = {"clock", "unit", "round", "due", "state", "provisional"}


def _only(known: set[str], table: Mapping[str, Any], place: str) -> None:
    strange = set(table) - known
    assert not strange, f"{place}: unknown {sorted(strange)}"


@dataclass
class Performance:
    """A scenario on the stage: one case, its people, its days."""

    scenario: Scenario
    cast: Cast
    case_id: int = 0
    cases: dict[str, int] = field(default_factory=dict)
    days: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    passed: set[str] = field(default_factory=set)  # elements of the diagram, of any case
    tasks_told: TasksTold = field(default_factory=TasksTold)

    @functools.cached_property
    def store(self) -> FileStore:
        """Where attachments lie while this is on the stage."""
        return FileStore(Path(self.days.enter_context(tempfile.TemporaryDirectory())))

    def play(self) -> None:
        """Do every step, on its day, and see that it was refused or opened what it says."""
        _only(SCENARIO, self.scenario.content, "scenario")
        for person in self.scenario.content.get("without_account", []):
            db.session.get_one(Deputy, self.cast.deputies[person]).user_id = None
        db.session.commit()
        self.cast = arranged(self.cast, self.scenario.setting)
        for guest in self.scenario.content.get("joined_by", []):
            actor = join(self.cast, guest["who"], guest["at"], guest["role"])
            self.cast = replace(self.cast, users={**self.cast.users, guest["who"]: actor.user_id or 0})
        for number, step in enumerate(self.scenario.content["steps"], start=1):
            place = f"{self.scenario.name}, step {number}"
            _only(STEP, step, place)
            if "on" in step:
                self.days.enter_context(clock.moved_to(_morning(step["on"])))
            if "case" in step:
                self.case_id = self._case(step["case"])
            self._step(step, place)
            if "opens" in step:
                assert self.open_tasks() == sorted(step["opens"]), place

    def _step(self, step: Mapping[str, Any], place: str) -> None:
        verb = self._verb(step)
        refused = ""
        with noted() as elements:
            try:
                verb(step)
            except DomainError as refusal:
                refused = type(refusal).__name__
        if not refused:
            self.passed |= elements
        if self.case_id:
            whose = self.cast.users.get(step.get("who", ""))
            self.tasks_told.look(self.case_id, self.cast.congress_id, whose)
        assert refused == step.get("refused", ""), place

    def _verb(self, step: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], None]:
        if "does" in step:
            return VERBS[step["does"]].__get__(self)
        return self._act if "action" in step else self._complete

    # What people do

    def _act(self, step: Mapping[str, Any]) -> None:
        folder = definition(self.case.definition_id)
        spec = folder.actions[step["action"]]
        perform(
            self._who(step),
            case_id=self.case_id,
            key=spec.key,
            answers=self._answers(step, folder.forms[spec.form]),
            assignment_id=self._assignment(step) if spec.of == "assignment" else None,
            store=self.store,
        )

    def _assignment(self, step: Mapping[str, Any]) -> int:
        statement = sa.select(Assignment.id).where(
            Assignment.case_id == self.case_id, Assignment.closed_at.is_(None)
        )
        if "unit" in step:
            statement = statement.where(Assignment.unit_id == self.cast.organizations[step["unit"]])
        return db.session.scalars(statement).one()

    def _case(self, name: str) -> int:
        """A case by the name it was opened under; `latest` is the last one there is."""
        if name == "latest":
            return db.session.scalars(sa.select(sa.func.max(Case.id))).one()
        return self.cases[name]

    def _open(self, step: Mapping[str, Any]) -> None:
        lead = self.cast.deputies[step["lead"]] if "lead" in step else None
        self.case_id = open_case(
            self._who(step),
            process_key=self.scenario.process_key,
            lead_deputy_id=lead,
            from_motion=step.get("from_motion", False),
        )
        self.cases[step.get("named", "")] = self.case_id

    def _attach(self, step: Mapping[str, Any]) -> None:
        add_attachment(
            self._who(step), case_id=self.case_id, filename="扫描件.txt", content=b"scan", store=self.store
        )

    def _write(self, step: Mapping[str, Any]) -> None:
        folder = definition(self.case.definition_id)
        answers = self._answers(step, folder.forms[folder.text_form or ""])
        save_text(self._who(step), case_id=self.case_id, answers=answers)

    def _invite(self, step: Mapping[str, Any]) -> None:
        ids = [self.cast.deputies[each] for each in step["deputies"]]
        invite_cosigners(self._who(step), case_id=self.case_id, deputy_ids=ids)

    def _cosign(self, step: Mapping[str, Any]) -> None:
        self._answer_invitation(step, confirmed=True)

    def _refuse(self, step: Mapping[str, Any]) -> None:
        self._answer_invitation(step, confirmed=False)

    def _answer_invitation(self, step: Mapping[str, Any], *, confirmed: bool) -> None:
        version = step.get("version", self.case.text_version)
        answer_invitation(self._who(step), case_id=self.case_id, text_version=version, confirmed=confirmed)

    def _contact(self, step: Mapping[str, Any]) -> None:
        form = definition(self.case.definition_id).forms["contact"]
        answers = {"held_on": clock.today().isoformat(), **self._answers(step, form)}
        record_contact(self._who(step), case_id=self.case_id, answers=answers)

    def _watch(self, step: Mapping[str, Any]) -> None:
        watch_case(self._who(step), case_id=self.case_id)

    def _sweep(self, step: Mapping[str, Any]) -> None:
        sweep()
        sweep_commitments()

    def _deliver(self, step: Mapping[str, Any]) -> None:
        deliver_events()

    def _complete(self, step: Mapping[str, Any]) -> None:
        task = self._task(step)
        folder = definition(self.case.definition_id)
        answers = self._answers(step, folder.forms[folder.tasks[task.node].form])
        known = {"task_id": task.id, "revision": task.revision}
        complete_task(self._who(step), answers=answers, store=self.store, **known)

    # How steps name people, tasks and rows

    def _who(self, step: Mapping[str, Any]) -> Any:
        return self.cast.actor(step["who"])

    def _task(self, step: Mapping[str, Any]) -> Task:
        node = step.get("task", "")
        statement = sa.select(Task).where(Task.case_id == self.case_id, Task.open)
        if node:
            statement = statement.where(Task.node == node)
        if "unit" in step:
            unit = self.cast.organizations[step["unit"]]
            statement = statement.join(Assignment, Assignment.id == Task.assignment_id)
            statement = statement.where(Assignment.unit_id == unit)
        return db.session.scalars(statement).one()

    def _answers(self, step: Mapping[str, Any], form: Form) -> dict[str, Any]:
        given = step.get("with", {})
        named = step.get("like") or (given if isinstance(given, str) else "")
        answers = dict(self.scenario.shared[named]) if named else {}
        if not isinstance(given, str):
            answers |= given
        for each in form.fields:
            if each.name in answers and each.type in PICKED:
                answers[each.name] = PICKED[each.type](self.cast, self.case, answers[each.name])
        return answers

    # What is seen in the end

    @property
    def case(self) -> Case:
        """The case as it stands."""
        db.session.expire_all()
        return db.session.get_one(Case, self.case_id)

    def open_tasks(self) -> list[str]:
        """The open tasks: `node`, or `node@unit`."""
        return [name for name, _ in handing_on.held(self.case_id)]

    def check(self) -> None:
        """See that the end is as the scenario says."""
        end = self.scenario.content["end"]
        _only(END, end, f"{self.scenario.name}, end")
        case = self.case
        columns = {name: value for name, value in end.items() if hasattr(Case, name)}
        assert {name: getattr(case, name) for name in columns} == columns
        assert self.open_tasks() == sorted(end["open"]), self.open_tasks()
        if "held" in end:
            assert dict(handing_on.held(self.case_id)) == end["held"]
        if "recorded" in end:
            assert self.recorded() == end["recorded"], self.recorded()
        for expected in end.get("clocks", []):
            _only(CLOCK, expected, f"{self.scenario.name}, clocks")
            assert expected in self.clocks(list(expected)), f"{expected} is not among {self.clocks(CLOCK)}"
        for name in ROWS.keys() & end.keys():
            assert ROWS[name](self.case_id, end[name]) == end[name], name
        if "publication" in end:
            publicising.check_publication(self.case_id, end["publication"])
        if "archive" in end:
            laying_by.check_archive(self, end["archive"])
        for person, events in end.get("told", {}).items():
            assert self.told(person) == sorted(events), f"{person} was told {self.told(person)}"
        self._check_words(end.get("said", {}))

    def _check_words(self, said: Mapping[str, str]) -> None:
        for event, words in said.items():
            assert all(words in body for body in self.bodies(event)), f"{event} said {self.bodies(event)}"

    def recorded(self) -> list[str]:
        """What the audit trail tells, in order; what the clocks said is told by the messages."""
        statement = sa.select(AuditEvent.action).where(
            AuditEvent.chain == f"case:{self.case_id}", AuditEvent.action.not_like("clock.%")
        )
        return list(db.session.scalars(statement.order_by(AuditEvent.position)))

    def clocks(self, names: Any) -> list[dict[str, Any]]:
        """The clocks of the case, as far as `names` asks."""
        statement = (
            sa.select(Clock, Organization.code)
            .outerjoin(Assignment, Assignment.id == Clock.assignment_id)
            .outerjoin(Organization, Organization.id == Assignment.unit_id)
            .where(Clock.case_id == self.case_id)
        )
        found = []
        for row, unit in db.session.execute(statement):
            whole = {"clock": row.key, "unit": unit, "round": row.round, "due": row.due_on}
            whole |= {"state": row.state, "provisional": row.provisional}
            found.append({name: whole[name] for name in names})
        return found

    def told(self, person: str) -> list[str]:
        """Of what a person was told in the application, by name."""
        statement = sa.select(Notification.event).where(
            Notification.case_id == self.case_id,
            Notification.user_id == self.cast.users[person],
            Notification.channel == "in_app",
        )
        return sorted(db.session.scalars(statement))

    def bodies(self, event: str) -> list[str]:
        """What was said of a happening, to everybody."""
        told = Notification.case_id == self.case_id, Notification.event == event
        found = list(db.session.scalars(sa.select(Notification.body).where(*told)))
        assert found, f"nobody was told of {event}"
        return found


VERBS: dict[str, Callable[[Performance, Mapping[str, Any]], None]] = {
    "open": Performance._open,
    "write": Performance._write,
    "invite": Performance._invite,
    "cosign": Performance._cosign,
    "refuse": Performance._refuse,
    "attach": Performance._attach,
    "contact": Performance._contact,
    "watch": Performance._watch,
    "sweep": Performance._sweep,
    "deliver": Performance._deliver,
    **DEEDS,
    **evaluating.DEEDS,
    **handing_on.DEEDS,
    **laying_by.DEEDS,
    **publicising.DEEDS,
    **sitting.DEEDS,
}


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10), clock.ZONE)


@contextlib.contextmanager
def performed(scenario: Scenario, cast: Cast) -> Iterator[Performance]:
    """The scenario played to its end, still on its last day."""
    performance = Performance(scenario, cast)
    with performance.days:
        performance.play()
        yield performance
