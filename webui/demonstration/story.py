"""One suggestion's story: who does what on which day, until the point where it stands today."""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.cases import open_case
from engine.casework.choices import asks
from engine.casework.contacts import record_contact
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.tasks import complete_task
from engine.casework.texts import save_text
from engine.definitions.catalogue import current_all
from engine.foundation import clock
from models import Assignment, Case, Task, db
from webui.demonstration import detours, phrases
from webui.demonstration.endings import closed_for_good
from webui.demonstration.matters import Matter
from webui.demonstration.province import Province, sessions

Act = Callable[[], None]


class Story:
    """A generator of moments: before each step it says when, then does it at that time."""

    length = 12  # steps, about; for the progress bar

    def __init__(
        self, province: Province, matter: Matter, ending: str, seed: int, deputy: int | None = None
    ) -> None:
        self.province = province
        self.matter = matter
        self.ending = ending
        self.chance = random.Random(seed)
        chosen = self.chance.randrange(len(province.deputies)) if deputy is None else deputy
        self.deputy_id, self.deputy = province.deputies[chosen]
        self.case_id = 0
        self.twin: Story | None = None
        self.moment = self._beginning()

    def _beginning(self) -> dt.datetime:
        """When the deputy sits down to write."""
        today = clock.today()
        if self.ending in phrases.AGES:
            youngest, oldest = phrases.AGES[self.ending]
            before = 0 if self.ending in phrases.HANDED_IN else 3
            day = today - dt.timedelta(days=self.chance.randint(youngest, oldest) + before)
        else:
            day = self._session_day(today)
        return dt.datetime.combine(day, dt.time(8, self.chance.randrange(60)), clock.ZONE)

    def _session_day(self, today: dt.date) -> dt.date:
        """A day of the session whose suggestions can have been closed by today."""
        last, before = reversed(sessions(today))
        session = last if (today - last.closes).days > 150 else before
        return session.opens + dt.timedelta(days=self.chance.randint(1, 5))

    def steps(self) -> Iterator[dt.datetime]:
        """Each moment at which something is done; doing it happens when the next is asked for."""
        for act, days in self.acts():
            yield self._later(days)
            act()

    def _later(self, days: float) -> dt.datetime:
        """Some working hours on: people do not act at night."""
        self.moment += dt.timedelta(days=days, minutes=self.chance.randrange(7, 50))
        local = self.moment.astimezone(clock.ZONE)
        if local.hour >= 18:
            local += dt.timedelta(days=1)
        if not 8 <= local.hour < 18:
            local = local.replace(hour=8, minute=self.chance.randrange(60))
        self.moment = local
        return self.moment

    def acts(self) -> Iterator[tuple[Act, float]]:
        """The steps of the story with the days that pass before each."""
        ending, days = self.ending, self.chance.uniform
        yield self._draft, 0
        if ending == "cosigning" or self.chance.random() < 0.4:
            yield from self._cosign()
        if ending in ("draft", "cosigning"):
            return
        yield self.task(self.deputy, "draft", {"confirmed": True}), 0.1
        if ending == "intake":
            return
        yield self._examine, days(0.3, 1.0)
        if ending == "intake_review":
            return
        yield self.task("fuhe", "intake_review", {"decision": "confirmed"}), days(0.1, 0.8)
        if ending in ("assign", "declined"):
            return
        yield from self._assigned(days(0.5, 2.5) if ending in phrases.AGES else days(15, 25))
        if ending == detours.APART:
            yield from detours.apart(self)
            yield from closed_for_good(self.province, self.case_id, self.chance, ending)
        elif ending != "sign_for":
            yield from self._handling()

    def _assigned(self, after: float) -> Iterator[tuple[Act, float]]:
        """It goes to the unit whose matter it is; now and then to another first, which hands it back."""
        if self.ending in phrases.PAIRED:
            yield from detours.with_a_like_one(self)
        if self.ending == "closed" and self.chance.random() < detours.HANDED_BACK:
            wrong = detours.elsewhere(self)
            yield functools.partial(self._assign, wrong), after
            yield from detours.handed_back(self, wrong)
        else:
            yield functools.partial(self._assign, self.matter.lead), after

    def evaluate_merged(self, *, dissatisfied: bool) -> Act:
        """The evaluation of a case that was answered with another."""
        result = "dissatisfied" if dissatisfied else "satisfied"
        return self.task(self.deputy, "evaluate_merged", phrases.evaluation(result))

    def _cosign(self) -> Iterator[tuple[Act, float]]:
        others = [each for each in self.province.deputies if each[0] != self.deputy_id]
        invited = self.chance.sample(others, self.chance.randint(2, 6))
        if self.ending == "cosigning":
            # Somebody on the sign-in sheet is asked as well and has not answered yet.
            shown = [each for each in others if each in self.province.deputies[: phrases.SHOWN]]
            invited = [each for each in invited if each not in shown] + shown

        def invite() -> None:
            ids = [deputy_id for deputy_id, _username in invited]
            invite_cosigners(self.province.actor(self.deputy), case_id=self.case_id, deputy_ids=ids)

        yield invite, 0.05
        answering = invited[:1] if self.ending == "cosigning" else invited
        for _deputy_id, username in answering:
            yield self._answer(username), 0.02

    def _answer(self, username: str) -> Act:
        def answer() -> None:
            version = db.session.get_one(Case, self.case_id).text_version
            answer_invitation(
                self.province.actor(username), case_id=self.case_id, text_version=version, confirmed=True
            )

        return answer

    def _handling(self) -> Iterator[tuple[Act, float]]:
        days, lead, ending = self.chance.uniform, self.matter.lead, self.ending
        yield self.task(f"{lead}_cb", "sign_for", {}), days(0.3, 1.8)
        for code in self.matter.co:
            yield self.task(f"{code}_cb", "co_sign_for", {}, code), days(0.1, 0.5)
        if ending == "overdue":
            return
        if ending != "co_opinion":
            for code in self.matter.co:
                text = {
                    "position": "agree",
                    "text": f"我单位同意，将在职责范围内配合{self.matter.title[2:-3]}。",
                }
                yield self.task(f"{code}_cb", "co_opinion", text, code), days(1.0, 4.0)
        if ending in ("handling", "co_opinion"):
            if self.chance.random() < 0.85:
                yield self.contact(), days(0.5, 1.5)
            return
        yield self.contact(), days(2, 8)
        yield from self.reply(days(15, 30))
        if ending in ("review_reply", "sign_reply", "evaluate"):
            return
        yield from self._evaluated()

    def reply(self, after: float, unit: str = "") -> Iterator[tuple[Act, float]]:
        """A reply on its way through the unit (the lead one), as far as the story goes."""
        lead = unit or self.matter.lead
        yield functools.partial(self._draft_reply, lead), after
        if self.ending == "review_reply":
            return
        yield self.task(f"{lead}_fg", "review_reply", {"decision": "passed"}, lead), 1.2
        if self.ending == "sign_reply":
            return
        number = (
            f"晋{self.province.unit_names[lead][1:2]}函〔{self.moment.year}〕{self.chance.randint(1, 300)}号"
        )
        yield self.task(f"{lead}_zg", "sign_reply", {"decision": "signed", "number": number}, lead), 1.0

    def _evaluated(self) -> Iterator[tuple[Act, float]]:
        lead = self.matter.lead
        if self.ending not in phrases.DISPUTED:
            if self.twin is not None:
                yield self.twin.evaluate_merged(dissatisfied=self.ending == "merged_disputed"), 2.0
            yield self.evaluate("basically_satisfied" if self.chance.random() < 0.1 else "satisfied"), 3.0
            yield from closed_for_good(self.province, self.case_id, self.chance, self.ending)
            return
        yield self.evaluate("dissatisfied"), 2.0
        if self.ending == "decide_redo":
            return
        reason = {"decision": "ordered", "reason": "答复未回应代表提出的关键问题，请重新研究。"}
        yield self.task("jiaoban", "decide_redo", reason, lead), 1.5
        if self.ending == "redo":
            return
        yield self.contact(), 4.0
        yield from self.reply(9.0)
        satisfied = self.ending == "closed_after_redo"
        yield self.evaluate("satisfied" if satisfied else "dissatisfied"), 3.0
        if self.ending == "closed_by_panel":
            yield self._panel, 6.0
        if self.ending != "panel":
            yield from closed_for_good(self.province, self.case_id, self.chance, self.ending)

    def _panel(self) -> None:
        """Both sides are heard, and an opinion ends the matter."""
        answers = phrases.panel_answers(
            self.province.actor(self.deputy).name, self.province.unit_names[self.matter.lead]
        )
        self.task("jiaoban", "panel", answers, self.matter.lead)()

    def _draft(self) -> None:
        key = current_all()[0].folder.key
        actor = self.province.actor(self.deputy)
        self.case_id = open_case(actor, process_key=key)
        text = {
            "title": self.matter.title,
            "background": self.matter.background,
            "asks": list(self.matter.asks),
            "source": self.chance.choice(["survey", "visit", "inspection", "public"]),
            "publicity": "agree",
        }
        save_text(actor, case_id=self.case_id, answers=text)

    def _examine(self) -> None:
        answers = (
            phrases.declined(self.chance)
            if self.ending == "declined"
            else phrases.accepted(self.matter.category)
        )
        self.task("shouli", "intake", answers)()

    def _assign(self, lead: str) -> None:
        apart = self.ending == detours.APART and bool(self.matter.co)
        roles, scope = (("separate", "separate"), detours.SCOPE) if apart else (("lead", "co"), "")
        units = [(lead, roles[0]), *((code, roles[1]) for code in self.matter.co)]
        plan = [{"unit_id": self.province.units[code], "role": role, "scope": scope} for code, role in units]
        self.task("jiaoban", "assign", {"units": plan, "instruction": "请依法按时办理。"})()

    def contact(self, unit: str = "") -> Act:
        """A unit, the lead one, hears the deputy."""
        return functools.partial(self._contact, unit or self.matter.lead)

    def _contact(self, unit: str) -> None:
        answers = {
            "held_on": clock.today().isoformat(),
            "method": self.chance.choice(["telephone", "visit", "meeting"]),
            "persons": self.province.actor(self.deputy).name + "代表、承办人",
            "place": "",
            "summary": "介绍了办理思路，听取了代表意见，代表表示理解和支持。",
        }
        record_contact(self.province.actor(f"{unit}_cb"), case_id=self.case_id, answers=answers)

    def _draft_reply(self, unit: str) -> None:
        grade = self.chance.choice(phrases.GRADES)
        case = db.session.get_one(Case, self.case_id)
        answers = {
            "answers": [
                {
                    "ask_id": ask_id,
                    "grade": grade,
                    "text": phrases.ANSWERS[grade],
                    "reason": phrases.REASONS.get(grade, ""),
                }
                for ask_id in asks(self.case_id, case.text_version)
            ],
            "grade": grade,
            "commitments": phrases.promises(self.chance) if grade == "B" else [],
            "body": f"您提出的《{case.title}》收悉。我们高度重视，认真研究，现将办理情况答复如下。感谢您的关心和支持。",
            "publicity": "full",
            "officer_name": self.province.actor(f"{unit}_cb").name,
            "officer_phone": "0351-0000000",
        }
        self.task(f"{unit}_cb", "draft_reply", answers, unit)()

    def evaluate(self, result: str, unit: str | None = None) -> Act:
        """The deputy evaluates the reply, where there are several that of a unit."""
        return self.task(self.deputy, "evaluate", phrases.evaluation(result), unit)

    def task(self, who: str, node: str, answers: Mapping[str, Any], unit: str | None = None) -> Act:
        """Somebody completes the open task at a node, where there are several that of a unit."""

        def act() -> None:
            statement = sa.select(Task.id).where(Task.case_id == self.case_id, Task.node == node, Task.open)
            if unit is not None:
                statement = statement.join(Assignment, Assignment.id == Task.assignment_id)
                statement = statement.where(Assignment.unit_id == self.province.units[unit])
            task_id = db.session.scalars(statement).one()
            complete_task(self.province.actor(who), task_id=task_id, answers=answers)

        return act
