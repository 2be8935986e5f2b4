"""Days that mail shows are in the formats of the skin, and its controls are in the skin's wording."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

DAYS = {
    "default": ("Week of 3 March 2031", 'aria-label="Monday 3 March"', "Mon 3 Mar"),
    "continental": ("Week of 03.03.2031", 'aria-label="Monday 03.03."', "Mon 03.03."),
}
CONTROLS = {"default": ("Send", "Save draft"), "ember": ("Send off", "Keep unsent")}


@pytest.mark.parametrize("skin", DAYS)
def test_a_week_names_its_days_as_the_skin_does(
    reader: FlaskClient, arrange: Callable[[str], None], skin: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    page = reader.get("/agenda").text
    assert [shown for shown in DAYS[skin] if shown not in page] == []


@pytest.mark.parametrize(
    ("skin", "shown"), [("default", "Thu 6 March, 08:00"), ("continental", "Thu 06.03., 08:00")]
)
def test_a_mail_that_waits_says_when_it_is_sent_as_the_skin_does(
    reader: FlaskClient, arrange: Callable[[str], None], skin: str, shown: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    data = {"to": "ben.moor@wherrymoor.test", "subject": "Hi", "body": "Hi", "do": "schedule"}
    reader.post("/compose", data=data | {"due_at": "2031-03-06 08:00"})
    assert shown in reader.get("/scheduled").text


@pytest.mark.parametrize("skin", CONTROLS)
def test_the_form_of_a_mail_has_the_skins_labels(
    reader: FlaskClient, arrange: Callable[[str], None], skin: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    page = reader.get("/compose").text
    assert [label for label in CONTROLS[skin] if f">{label}</button>" not in page] == []
