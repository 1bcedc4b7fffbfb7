"""Files that come with a step: kept with what it puts on record, refused with it, named when the page comes back."""

from __future__ import annotations

import io
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from engine.casework.attachments import FileStore
from models import Attachment, AuditEvent, CaseEntry, Task, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.pictures import png
from tests.support.scenarios import begun, scenarios
from tests.support.web import Visitor
from webui.store import file_store

SCENARIO = next(each for each in scenarios() if each.name == "work_report/plain")


def test_a_report_comes_with_its_papers(app: Flask, cast: Cast, enter: Callable[[str], Visitor]) -> None:
    with app.app_context():
        performance = Performance(begun(SCENARIO, "collect_opinions"), cast)
        with performance.days:
            performance.play()
            case_id = performance.case_id
            task_id = db.session.scalars(sa.select(Task.id).where(Task.case_id == case_id, Task.open)).one()
            answers = {name: SCENARIO.shared["draft"][name] for name in ("report", "responses")}
            unit, where = enter("slt_clerk"), f"/tasks/{task_id}"
            assert 'enctype="multipart/form-data"' in unit.get(where).text
            lacking = {"report": "太短", "responses": "", "attached": [(io.BytesIO(png()), "表.png")]}
            refused = unit.post(where, data=lacking)
            assert refused.status_code == 422
            assert "请重新选择：表.png" in refused.text
            unsound = unit.post(where, data={**answers, "attached": [(io.BytesIO(b"MZ"), "表.png")]})
            assert unsound.status_code == 422
            assert answers["report"] in unsound.text
            entries = sa.select(CaseEntry.answers).where(CaseEntry.node == "submit_draft")
            assert db.session.scalars(entries).all() == []
            sent = [(io.BytesIO(png()), "表.png"), (io.BytesIO("附表".encode()), "附表.txt")]
            assert unit.post(where, data={**answers, "attached": sent}).status_code == 302
            assert [each["attached"] for each in db.session.scalars(entries)] == [["表.png", "附表.txt"]]
            kept = db.session.scalars(sa.select(Attachment).where(Attachment.case_id == case_id)).all()
            assert [each.filename for each in kept] == ["表.png", "附表.txt"]
            store: FileStore = file_store()
            assert store.path(kept[0].sha256).read_bytes() == png()
            added = sa.select(sa.func.count()).where(AuditEvent.action == "attachment:added")
            assert db.session.scalar(added) == 2
            page = enter("committee").get(f"/cases/{case_id}").text
            assert f'src="/attachments/{kept[0].id}"' in page
            assert "附表.txt" in page
