"""Stories that lie in process folders (`processes/<key>/demonstration/*.toml`), told by the people of the province.

A file has `[[case]]` with `steps`, tables like the steps of a scenario (docs/processes.md): `who`, and `does` (open,
write, invite, cosign, attach), `task` or `action`, with answers in `with`. When: `before` (days before today) or
`session` (days after the last session opened); a step that lies ahead of today ends its case. What is told of the day
of a meeting happens on the day that it sits (sitting_days.py), and nothing before what came before it. In answers
days are written `-30d` and years `{year}`, `{year-1}`, both counted from the day of the step, so that the stories hold
in any year; units by their code, meetings by their name (`last session`: the latest of the congress), deputies by
their number, problems by theirs; files are drawn.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from engine.casework.actions import perform
from engine.casework.attachments import FileStore, add_attachment
from engine.casework.cases import open_case
from engine.casework.choices import asks
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.periods.clock_sweep import sweep
from engine.casework.tasks import complete_task
from engine.casework.texts import save_text
from engine.definitions.catalogue import PROCESSES, definition
from engine.definitions.forms import Form
from engine.definitions.sent_files import SentFile
from engine.foundation import clock
from models import Assignment, Case, Meeting, Problem, Task, db
from webui.demonstration.organs import settle_organs
from webui.demonstration.pictures import drawn
from webui.demonstration.province import Province, sessions

RELATIVE = re.compile(r"([+-])([0-9]{1,4})d")
YEAR = re.compile(r"\{year([+-][0-9])?\}")
LAST_SESSION = "last session"
Step = Mapping[str, Any]


def tell(province: Province) -> None:
    """Every story of every folder, after the organs of the congress are there; then one look at the clocks."""
    settle_organs(province)
    for path in sorted(PROCESSES.glob("*/demonstration/*.toml")):
        for told in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            Told(province, path.parents[1].name, told).play()
    sweep()


class Told:
    """One case and what its people do, from day to day."""

    def __init__(self, province: Province, process_key: str, story: Mapping[str, Any]) -> None:
        self.province = province
        self.process_key = process_key
        self.steps: list[Step] = story["steps"]
        self.case_id = 0
        self.day = dt.date.min
        self.session = sessions(clock.today())[-1].name

    def play(self) -> None:
        """Each step on its day, until one lies ahead."""
        today = clock.today()
        for number, step in enumerate(self.steps):
            self.day = max(self.day, self._day(step, today))
            if self.day > today:
                return
            # Steps of one day follow one another by the minute.
            moment = dt.datetime.combine(self.day, dt.time(9), clock.ZONE) + dt.timedelta(minutes=7 * number)
            with clock.moved_to(min(moment, clock.now())):
                self._verb(step)(step)

    def _day(self, step: Step, today: dt.date) -> dt.date:
        """The day of the step; of the one before it, where it names none, or where a meeting sat later than told."""
        if "before" in step:
            day = today - dt.timedelta(days=step["before"])
            return self.province.sits_on.get(day, day)
        if "session" in step:
            return sessions(today)[-1].opens + dt.timedelta(days=step["session"])
        return self.day

    def _verb(self, step: Step) -> Callable[[Step], None]:
        if "task" in step:
            return self._complete
        if "action" in step:
            return self._act
        verbs = {
            "open": self._open,
            "write": self._write,
            "invite": self._invite,
            "cosign": self._cosign,
            "attach": self._attach,
        }
        return verbs[step["does"]]

    def _open(self, step: Step) -> None:
        self.case_id = open_case(self.province.actor(step["who"]), process_key=self.process_key)

    def _write(self, step: Step) -> None:
        folder = definition(self._case().definition_id)
        answers = self._answers(step, folder.forms[folder.text_form or ""])
        save_text(self.province.actor(step["who"]), case_id=self.case_id, answers=answers)

    def _invite(self, step: Step) -> None:
        ids = [self.province.deputies[number - 1][0] for number in step["deputies"]]
        invite_cosigners(self.province.actor(step["who"]), case_id=self.case_id, deputy_ids=ids)

    def _cosign(self, step: Step) -> None:
        version = self._case().text_version
        for number in step["deputies"]:
            actor = self.province.actor(self.province.deputies[number - 1][1])
            answer_invitation(actor, case_id=self.case_id, text_version=version, confirmed=True)

    def _attach(self, step: Step) -> None:
        name = step["with"]["file"]
        actor = self.province.actor(step["who"])
        add_attachment(actor, case_id=self.case_id, filename=name, content=drawn(name), store=self._store())

    def _complete(self, step: Step) -> None:
        folder = definition(self._case().definition_id)
        statement = sa.select(Task.id).where(
            Task.case_id == self.case_id, Task.node == step["task"], Task.open
        )
        if "unit" in step:
            unit = self.province.units[step["unit"]]
            statement = statement.join(Assignment, Assignment.id == Task.assignment_id)
            statement = statement.where(Assignment.unit_id == unit)
        answers = self._answers(step, folder.forms[folder.tasks[step["task"]].form])
        task_id = db.session.scalars(statement).one()
        complete_task(self.province.actor(step["who"]), task_id=task_id, answers=answers)

    def _act(self, step: Step) -> None:
        folder = definition(self._case().definition_id)
        answers = self._answers(step, folder.forms[folder.actions[step["action"]].form])
        actor = self.province.actor(step["who"])
        part = self._part(step["unit"]) if "unit" in step else None
        about = {"case_id": self.case_id, "key": step["action"], "assignment_id": part}
        perform(actor, answers=answers, store=self._store(), **about)

    def _store(self) -> FileStore:
        return FileStore(Path(current_app.config["DATA_FOLDER"]) / "files")

    def _part(self, code: str) -> int:
        """The part of the case that lies with a unit."""
        mine = Assignment.case_id == self.case_id, Assignment.unit_id == self.province.units[code]
        return db.session.scalars(sa.select(Assignment.id).where(*mine, Assignment.closed_at.is_(None))).one()

    def _case(self) -> Case:
        db.session.expire_all()
        return db.session.get_one(Case, self.case_id)

    def _answers(self, step: Step, form: Form) -> dict[str, Any]:
        picked: dict[str, Callable[[Any], Any]] = {
            "unit": self._unit,
            "committee": self._unit,
            "units_wish": lambda codes: [self._unit(code) for code in codes],
            "meeting": self._meeting,
            "colleague": self.province.users.__getitem__,
            "ask_answers": self._each_ask,
            "people": lambda named: [self._person(each) for each in named],
            "problem": self._problem,
            "files": lambda names: [SentFile(name, drawn(name)) for name in names],
        }
        kinds = {field.name: field.type for field in form.fields}
        return {
            name: picked[kinds[name]](value) if kinds.get(name) in picked else _dated(value)
            for name, value in step.get("with", {}).items()
        }

    def _unit(self, code: str) -> int:
        return self.province.organs.get(code) or self.province.units[code]

    def _person(self, named: str | int) -> int:
        """Somebody by his user name, or the n-th deputy."""
        username = self.province.deputies[named - 1][1] if isinstance(named, int) else named
        return self.province.users[username]

    def _problem(self, ordinal: int) -> int:
        found = Problem.case_id == self.case_id, Problem.ordinal == ordinal
        return db.session.scalars(sa.select(Problem.id).where(*found)).one()

    def _meeting(self, name: str) -> int:
        name = self.session if name == LAST_SESSION else name
        statement = sa.select(Meeting.id).where(
            Meeting.congress_id == self.province.congress_id, Meeting.name == name
        )
        return db.session.scalars(statement).one()

    def _each_ask(self, text: str) -> list[dict[str, Any]]:
        ids = asks(self.case_id, self._case().text_version)
        return [{"ask_id": ask_id, "text": text} for ask_id in ids]


def _dated(value: Any) -> Any:
    """A day that is so many days from the day on which the step is done, and words with the year of that day."""
    if isinstance(value, list):
        return [_dated(each) for each in value]
    if not isinstance(value, str):
        return value
    found = RELATIVE.fullmatch(value)
    if found is None:
        return YEAR.sub(lambda at: str(clock.today().year + int(at[1] or 0)), value)
    days = int(found[2]) * (1 if found[1] == "+" else -1)
    return (clock.today() + dt.timedelta(days=days)).isoformat()
