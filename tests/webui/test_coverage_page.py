"""What worked examples go through, on a page: figures, what is missing with its reason, marks on the diagram."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.definitions import catalogue
from tests.operations.altered import KEY, deployed, with_gateway
from tests.support.cast import Cast, join
from tests.webui.conftest import Enter
from tests.webui.test_comparisons import FLOWS, marks

pytestmark = pytest.mark.slow


def test_the_examples_are_shown_on_the_diagram_and_in_figures(app: Flask, cast: Cast, enter: Enter) -> None:
    with app.app_context():
        join(cast, "keeper", "dgw", "process_admin")
        shipped = catalogue.current(KEY).id
        split = with_gateway("w_2", "work", "h_end", "review", "h_end")
        changed = deployed(bpmn=split)
    keeper = enter("keeper")
    assert f"/versions/{shipped}/coverage" in keeper.get(f"{FLOWS}/versions/{shipped}").text
    page = keeper.get(f"{FLOWS}/versions/{shipped}/coverage").text
    assert "示例随程序提供" not in page and '<td class="num">99</td><td class="num">99</td>' in page
    assert "见 merged 示例" in page and set(marks(page)[0].values()) == {"covered"}
    other = keeper.get(f"{FLOWS}/versions/{changed}/coverage?lang=en").text
    drawn = marks(other)[0]
    assert "come with the program" in other and drawn["f_new_1"] == drawn["f_new_2"] == "uncovered"
    assert "No reason given" in other and "Boundary events" in other
    assert enter("assigner").get(f"{FLOWS}/versions/{shipped}/coverage").status_code == 403
