"""Every button that changes something about a case carries its article, or its route is named here with the reason.

By construction: a route that takes a form and stands in neither list fails, and so does a legal step that the walk
through a case's life never meets; what is met is looked at button by button.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException

from engine.casework.attachments import FileStore
from engine.casework.cosigning import invite_cosigners
from engine.commitments.changing import approve_change, request_change
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import report_fulfilled
from engine.definitions.rule_packs import shipped_articles
from engine.publication.annual_reports import prepare_report
from models import Commitment, CommitmentEntry, Publication, db
from tests.archives.conftest import closed
from tests.publication.conftest import prepare, release
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.test_every_route import PUBLIC, UNSAFE, rules

pytestmark = pytest.mark.slow

STEPS = {
    "actions.do",
    "annual_reports.prepare",
    "annual_reports.release",
    "archives.archive",
    "commitments.ask",
    "commitments.decide",
    "commitments.rate",
    "commitments.report_on",
    "contacts.record",
    "cosigning.answer",
    "desk.complete",
    "draft_people.invite",
    "drafting.submit",
    "evaluating.evaluate",
    "inbox.bulk",
    "publication.prepare",
    "publication.release",
    "publication.send_back",
    "publication.withdraw",
    "publication.withhold",
    "tasks.complete",
}
# What a case page may change without an article, and why that is no step in law.
NO_STEP = {
    "actions_bulk.do": "problems struck off several at once, which a suggestion has not; see test_problems_in_bulk",
    "archives.evidence": "a copy for one who may read it all; only that it was taken is recorded",
    "cases.unwatch": "one's own messages",
    "cases.watch": "one's own messages",
    "desk.autosave": "a draft of answers",
    "draft_people.attach": "a draft, until it is handed in",
    "draft_people.detach": "a draft, until it is handed in",
    "drafting.autosave": "a draft, until it is handed in",
    "drafting.begin": "a draft, until it is handed in",
    "drafting.save": "a draft, until it is handed in",
    "similar.take_unit": "fills in a field of a draft of answers",
    "similar.while_writing": "a question",
    "tasks.claim": "who in the office does the task, not the task",
    "tasks.delegate": "who in the office does the task, not the task",
    "tasks.draft": "a draft of answers",
    "tasks.release": "who in the office does the task, not the task",
}
# Rooms that are about no case of their own.
NO_CASES = {
    "account": "one's own password and visits",
    "administration": "people and units",
    "administration_congress": "how a congress is called and reached",
    "administration_groups": "chat groups",
    "administration_substitutes": "who stands in for whom",
    "administration_users": "accounts and roles",
    "administration_verification": "whether the trail is whole",
    "budget": "figures as the finance department has them",
    "calendars": "days and what they are, with the source in law as their own field",
    "dead_letters": "messages that did not arrive",
    "document_templates": "how papers look",
    "ledgers": "what was handled before, taken in",
    "meetings": "when sessions are",
    "messages": "one's own messages",
    "migrations": "versions of processes: two process administrators, with a reason",
    "notification_settings": "one's own messages",
    "operations": "repairs: process administrators, with a reason",
    "performance": "self-evaluations of spending as reports; what is done with them are tasks of their cases",
    "performance_form": "self-evaluations of spending as reports; what is done with them are tasks of their cases",
    "performance_links": "which cases a project of spending has to do with",
    "planning": "the plan of a year, of no case; it rests on 监督法 art. 63, which its page names",
    "plans": "repairs: two process administrators, with a reason",
    "process_draft_files": "processes being changed",
    "process_drafts": "processes being changed",
    "process_editor": "processes being changed",
    "process_forms": "processes being changed",
    "process_lists": "processes being changed",
    "process_packages": "processes being changed",
    "process_settings": "processes being changed",
    "process_tryout": "processes being changed",
    "rule_versions": "rules being decided, each with its article as a field",
    "sandbox": "rules being decided, each with its article as a field",
    "sign_in": "coming and going",
    "versions": "versions of processes",
}
# Buttons of a task that leave the answers a draft: name and value; the third shows one more empty line.
NOT_YET = {("go", "later"), ("go", "back"), ("add", "commitments")}
OF_TWO_WINDOWS = "draft-choice"  # which of two drafts is the draft

ROOMS = {endpoint.partition(".")[0] for endpoint in STEPS} | {"cases", "deputy", "home"}
ARTICLES = shipped_articles()


def test_every_route_that_takes_a_form_is_a_step_or_says_why_not(app: Flask) -> None:
    taking = {rule.endpoint for rule in rules(app) if (rule.methods or set()) & set(UNSAFE)} - PUBLIC
    named = {each for each in taking if each.partition(".")[0] in NO_CASES}
    assert taking - named == STEPS | NO_STEP.keys()
    assert not named & (STEPS | NO_STEP.keys())


@dataclass
class Walk:
    """Somebody goes from link to link; what buttons he meets, and what each of them cites."""

    app: Flask
    language: str = "zh"
    met: dict[str, set[str]] = field(default_factory=dict)

    def through(self, visitor: Visitor, *begin: str) -> None:
        """Every page of these rooms that can be come to from there, two links deep."""
        seen: set[str] = set()
        ahead = list(begin)
        for _depth in range(3):
            pages = [visitor.get(each, follow_redirects=True) for each in ahead if each not in seen]
            seen |= set(ahead)
            trees = [
                html.fromstring(page.text)
                for page in pages
                if page.status_code == 200 and page.mimetype == "text/html"
            ]
            for tree in trees:
                self.look(tree)
            ahead = sorted({link for tree in trees for link in self.links(tree)} - seen)

    def links(self, tree: html.HtmlElement) -> Iterator[str]:
        for link in tree.xpath("//main//a/@href"):
            if link.startswith("/") and self.endpoint(link, "GET").partition(".")[0] in ROOMS:
                yield link.partition("#")[0]

    def endpoint(self, address: str, method: str) -> str:
        try:
            return str(self.app.url_map.bind("").match(urlsplit(address).path, method)[0])
        except HTTPException:
            return ""

    def look(self, tree: html.HtmlElement) -> None:
        for form in tree.xpath("//main//form[@method='post']"):
            for button in form.xpath(".//button[not(@type='button' or @type='reset')]"):
                self.judge(tree, button, button.get("formaction") or form.get("action"))
        for summary in tree.xpath("//main//details[@data-confirm]/summary"):
            form = summary.xpath("..//form[@method='post'] | ancestor::form[@method='post']")[0]
            self.judge(tree, summary, form.get("action"))

    def judge(self, tree: html.HtmlElement, button: html.HtmlElement, action: str) -> None:
        endpoint = self.endpoint(action, "POST")
        if endpoint in NO_STEP or (button.get("name"), button.get("value")) in NOT_YET:
            return
        if button.get("name") == OF_TWO_WINDOWS:
            return
        if endpoint.partition(".")[0] in NO_CASES:
            return
        assert endpoint in STEPS, (endpoint, action)
        ids = (button.get("aria-describedby") or "").split()
        texts = [tree.xpath(f"//*[@id='{key}']") for key in ids]
        assert ids and all(len(one) == 1 for one in texts), (endpoint, button.text_content(), ids)
        said = " ".join(one[0].text_content() for one in texts)
        cited = [key for key, each in ARTICLES.items() if getattr(each.title, self.language) in said]
        assert cited, (endpoint, button.text_content(), said)
        assert any(getattr(ARTICLES[key].summary, self.language) in said for key in cited), said
        self.met.setdefault(endpoint, set()).update(cited)


def test_the_life_of_a_case_button_by_button(app: Flask, cast: Cast, enter: Enter) -> None:
    walk = Walk(app)
    with app.app_context():
        join(cast, "archivist", "dgw", "archivist")
        draft = Journey(cast).draft()
    written(app, cast, enter, walk, draft)
    handled(app, enter, walk, draft)
    with app.app_context():
        owed = db.session.scalars(sa.select(Commitment.id).where(Commitment.case_id == draft.case_id)).one()
        item = db.session.scalars(sa.select(Publication.id).where(Publication.case_id == draft.case_id)).one()
    promises(app, cast, enter, walk, owed)
    public(app, cast, enter, walk, draft, item)
    with app.app_context():
        over = closed(cast, FileStore(Path(app.config["DATA_FOLDER"]) / "files")).case_id
    walk.through(enter("archivist"), f"/cases/{over}/archive")
    assert walk.met.keys() == STEPS
    assert walk.met["archives.archive"] == {"档案法第三十七条"}
    assert walk.met["annual_reports.release"] == {"代表法第五十一条"}
    assert walk.met["commitments.decide"] == {"承诺调整审批（本级工作规则）"}


def written(app: Flask, cast: Cast, enter: Enter, walk: Walk, draft: Journey) -> None:
    """A text is written, another deputy asked to sign it; the office takes it in and assigns it."""
    writing, page = f"/cases/{draft.case_id}/write", f"/cases/{draft.case_id}"
    with app.app_context():
        asked = [cast.deputies["deputy3"]]
        invite_cosigners(cast.actor("deputy1"), case_id=draft.case_id, deputy_ids=asked)
    walk.through(enter("deputy1"), writing, f"{writing}?step=2&delegation=&q=代表", f"{writing}?step=3")
    walk.through(enter("deputy3"), f"/cosign/{draft.case_id}")
    with app.app_context():
        draft.submit()
    walk.through(enter("intake"), "/inbox", page)
    with app.app_context():
        draft.accept()
    walk.through(enter("assigner"), "/desk/assign", page)


def handled(app: Flask, enter: Enter, walk: Walk, case: Journey) -> None:
    """The unit signs for it, hears the deputy and replies; the deputy is to evaluate it."""
    page = f"/cases/{case.case_id}"
    with app.app_context():
        case.assign()
    walk.through(enter("slt_clerk"), "/inbox", page)
    with app.app_context():
        case.sign_for()
    walk.through(enter("slt_clerk"), page)
    walk.through(enter("assigner"), page)
    with app.app_context():
        case.contact().reply()
    walk.through(enter("deputy1"), page)


def promises(app: Flask, cast: Cast, enter: Enter, walk: Walk, owed: int) -> None:
    """A promise is to be put off for long, then kept, then rated: also in English, and on a deputy's phone."""
    page = f"/commitments/{owed}"
    walk.through(enter("slt_clerk"), page)
    with app.app_context():
        asked = {"action": "postpone", "reason": "汛期不能施工。", "due_on": dt.date(2028, 12, 1)}
        entry = request_change(cast.actor("slt_clerk"), commitment_id=owed, **asked)
    walk.through(enter("slt_head"), page)
    with app.app_context():
        approve_change(cast.actor("slt_head"), commitment_id=owed, entry_id=entry, approved=True)
        assert db.session.get_one(CommitmentEntry, entry).state == "approved"
    walk.through(enter("assigner"), page)
    reader = enter("assigner")
    reader.post("/preferences", data={"language": "en"})
    english = Walk(app, "en")
    english.through(reader, page)
    assert english.met["commitments.decide"]
    with app.app_context():
        report_fulfilled(cast.actor("slt_clerk"), commitment_id=owed, text="水渠已经修好通水。")
    walk.through(enter("deputy1"), page)
    with app.app_context():
        rate_fulfilment(cast.actor("deputy1"), commitment_id=owed, fulfilled=True)


def public(app: Flask, cast: Cast, enter: Enter, walk: Walk, journey: Journey, item: int) -> None:
    """The copy is prepared, released and could be taken back; the year's report is prepared and waits."""
    page, report = f"/publication/{item}", "/publication/reports/suggestion/2026"
    walk.through(enter("reviewer"), page)
    walk.through(enter("intake"), page, report)
    with app.app_context():
        prepare(journey)
        prepare_report(cast.actor("intake"), process_key="suggestion", year=2026, text="全年办理情况。")
    walk.through(enter("reviewer"), page, report)
    with app.app_context():
        release(journey)
    walk.through(enter("reviewer"), page)
