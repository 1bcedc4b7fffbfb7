"""A scenario whose steps are taken at screens: each by its person, signed in, on the page where he would take it."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from engine.casework.attachments import FileStore
from engine.definitions.catalogue import definition
from engine.foundation import clock
from models import db
from tests.support.filling import fill
from tests.support.performance import VERBS, Performance
from tests.support.walk import DESK, Walk, sign_in, sound

LINES = re.compile(r"/cases/(\d+)/write")


@dataclass
class OnScreen(Performance):
    """A performance in which the steps that are named in `seen` are taken at screens, the others by their use cases.

    Who is named in `phones` has a phone in his hand, everybody else sits at a desk. A step that comes twice is taken
    at a screen once. Every form is sound, and so is the page of the case at each of its stages.
    """

    walk: Walk | None = None
    phones: Collection[str] = ()
    seen: list[str] = field(default_factory=list)
    windows: dict[str, Page] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)

    @functools.cached_property
    def store(self) -> FileStore:
        """Where the server keeps its files, for the steps taken beside the screens too."""
        assert self.walk
        return FileStore(Path(self.walk.site.app.config["DATA_FOLDER"]) / "files")

    def _step(self, step: Mapping[str, Any], place: str) -> None:
        name = step.get("does") or step.get("action") or step.get("task")
        if "refused" in step or name not in self.seen:
            super()._step(step, place)
            return
        self.seen.remove(name)
        db.session.rollback()  # the server is to write, and this session is to read what it wrote
        TAKEN.get(step.get("does", ""), OnScreen._answer)(self, step)
        db.session.rollback()

    # A window for each person

    def window(self, who: str, address: str) -> Page:
        """The person's window on this page; he signs in again if he was away for too long."""
        assert self.walk
        self.walk.moment = clock.now().astimezone(clock.ZONE)
        if who not in self.windows:
            phone = who in self.phones
            page = self.windows[who] = self.walk.open_page("phone" if phone else "desktop")
            if not phone:
                page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page = self.windows[who]
        page.goto(address)
        if "/sign-in" in page.url:
            sign_in(page, who, address)
        return page

    def look(self, page: Page, stage: str) -> None:
        """The case's page is sound at each stage; it is looked at once for each."""
        if stage not in self.stages:
            self.stages.add(stage)
            sound(page)

    # What people do

    def _begin(self, step: Mapping[str, Any]) -> None:
        page = self.window(step["who"], f"/cases/new/{self.scenario.process_key}")
        page.get_by_role("button", name="开始写").click()
        page.wait_for_url(LINES)
        found = LINES.search(page.url)
        assert found
        self.case_id = self.cases[step.get("named", "")] = int(found[1])

    def _set_down(self, step: Mapping[str, Any]) -> None:
        folder = definition(self.case.definition_id)
        form = folder.forms[folder.text_form or ""]
        answers = self._answers(step, form)
        page = self.window(step["who"], f"/cases/{self.case_id}/write")
        fill(page, form, answers)
        sound(page)
        page.get_by_role("button", name=re.compile("保存.下一步")).last.click()
        page.wait_for_url(re.compile(r"step=2"))

    def _answer(self, step: Mapping[str, Any]) -> None:
        if "action" in step:
            self._take_action(step)
        elif self._task(step).node == "draft":
            self._hand_in(step)
        else:
            self._take_task(step)

    def _hand_in(self, step: Mapping[str, Any]) -> None:
        page = self.window(step["who"], f"/cases/{self.case_id}/write?step=3")
        folder = definition(self.case.definition_id)
        spec = folder.tasks["draft"]
        sound(page)
        fill(page, folder.forms[spec.form], self._answers(step, folder.forms[spec.form]))
        page.get_by_role("button", name=spec.verb.zh, exact=True).click()
        page.wait_for_url(re.compile(r"/cases/\d+$"))
        self.look(page, spec.stage)

    def _take_task(self, step: Mapping[str, Any]) -> None:
        task = self._task(step)
        folder = definition(self.case.definition_id)
        spec = folder.tasks[task.node]
        answers = self._answers(step, folder.forms[spec.form])
        address = f"/tasks/{task.id}"
        page = self.window(step["who"], f"/cases/{self.case_id}")
        page.locator(f'a[href="{address}"]').first.click()
        page.wait_for_url(f"**{address}")
        sound(page)
        fill(page, folder.forms[spec.form], answers)
        page.get_by_role("button", name=spec.verb.zh, exact=True).click()
        if spec.confirm and (spec.confirm_when is None or spec.confirm_when.holds(answers)):
            page.wait_for_selector('[name="go"][value="sure"]')
            page.get_by_role("button", name=spec.verb.zh, exact=True).click()
        expect(page.get_by_text(f"已办完：{spec.title.zh}。")).to_be_visible()
        self.look(page, spec.stage)

    def _take_action(self, step: Mapping[str, Any]) -> None:
        folder = definition(self.case.definition_id)
        spec = folder.actions[step["action"]]
        answers = self._answers(step, folder.forms[spec.form])
        page = self.window(step["who"], f"/cases/{self.case_id}")
        page.get_by_role("main").locator(f'a[href*="/actions/{spec.key}"]').first.click()
        page.wait_for_url(f"**/actions/{spec.key}*")
        sound(page)
        fill(page, folder.forms[spec.form], answers)
        page.get_by_role("button", name=spec.verb.zh, exact=True).click()
        expect(page.get_by_text(f"已办理：{spec.title.zh}。")).to_be_visible()


TAKEN = {"open": OnScreen._begin, "write": OnScreen._set_down}
assert TAKEN.keys() <= VERBS.keys()
