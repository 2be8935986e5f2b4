from datetime import date, datetime

import pytest
from flask import render_template_string

from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.kit.jinja_filters import day, given, plural


def test_days_are_read_without_the_time() -> None:
    assert day(date(2026, 11, 3)) == day(datetime(2026, 11, 3, 23, 59)) == "Nov 3, 2026"


@pytest.mark.parametrize(("count", "text"), [(0, "0 items"), (1, "1 item"), (1200, "1,200 items")])
def test_counts_carry_their_noun(count: int, text: str) -> None:
    assert plural(count, "item") == text


def test_given_leaves_out_none_alone() -> None:
    assert given({"size": None, "colour": "", "page": 0}) == {"colour": "", "page": 0}


def test_every_app_clone_has_the_filters() -> None:
    with create_flask_app(__name__, "plain").test_request_context():
        text = render_template_string(
            "{{ 1999|money }} {{ day|date }} {{ 2|plural('letter') }}", day=date(2026, 1, 2)
        )

    assert text == "$19.99 Jan 2, 2026 2 letters"
