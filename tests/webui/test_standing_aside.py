"""Whoever stands aside (回避) at a browser: the step that ends his sight of the case leads to a page that says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from models import CaseAction, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.scenarios import begun, scenarios
from tests.support.web import Visitor

pytestmark = pytest.mark.slow

RESTRICTED = next(each for each in scenarios() if each.name == "special_investigation/council-proposes")
OUT = "您的操作已经记录在案。您不再参与这件案卷的办理，案卷此后不再对您开放。"

Enter = Callable[[str], Visitor]


def test_standing_aside_leads_to_a_page_that_tells_what_happened(
    app: Flask, cast: Cast, enter: Enter
) -> None:
    performance = Performance(begun(RESTRICTED, "sign_call"), cast)
    with app.app_context(), performance.days:
        performance.play()
        case = f"/cases/{performance.case_id}"
        address = f"{case}/actions/recuse"
        member = enter("deputy3")
        found = re.search(r'name="sending" value="([0-9a-f]+)"', member.get(address).text)
        assert found
        form = {"sending": found.group(1), "reason": "与有关企业负责人是近亲属。"}
        assert member.post(address, data=form | {"reason": ""}).status_code == 422
        assert member.get(case).status_code == 200, "nothing was done, so nothing is shut"

        for click in ("first", "second"):
            told = member.post(address, data=form, follow_redirects=True)
            assert told.status_code == 200, click
            assert OUT in told.text, click
            assert told.request.path not in (case, address), click
        assert member.get(case).status_code == 404

        done = sa.select(sa.func.count()).where(CaseAction.key == "recuse")
        assert db.session.scalar(done.where(CaseAction.done_by == performance.cast.users["deputy3"])) == 1
        assert enter("deputy4").post(address, data=form).status_code == 404, "another’s click tells nothing"
        assert member.post(address, data=form | {"sending": "0" * 32}).status_code == 404
