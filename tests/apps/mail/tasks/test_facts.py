"""Facts are found in every usual form, and in no other."""

import pytest

from gristmill.apps.mail.tasks.facts import Fact, FactKind, says

DAY, TIME, HOUR = Fact(FactKind.DAY, "2031-03-11"), Fact(FactKind.TIME, "14:30"), Fact(FactKind.TIME, "09:00")
NUMBER, MONEY = Fact(FactKind.NUMBER, "12"), Fact(FactKind.MONEY, "124050")
CODE, WORDS = Fact(FactKind.CODE, "K-4471"), Fact(FactKind.WORDS, "Ada Park")
WHOLE = Fact(FactKind.MONEY, "124000")


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        *((DAY, text) for text in ("11 March 2031", "Tue, March 11th", "the 11th of March", "11.03.2031",
                                   "2031-03-11", "on 11 Mar.", "11/3/2031", "03/11/2031", "11. 3.")),
        *((TIME, text) for text in ("14:30", "at 2:30 pm.", "14.30", "2.30 p.m.", "14h30")),
        *((HOUR, text) for text in ("9 am", "09:00", "9:00 a.m.", "9am")),
        *((NUMBER, text) for text in ("12 chairs", "twelve chairs", "chairs (12)", "12.")),
        *((MONEY, text) for text in ("$1,240.50", "1240.50 dollars", "1.240,50")),
        *((WHOLE, text) for text in ("$1,240", "$1,240.00", "1240.")),
        *((CODE, text) for text in ("K-4471", "k 4471", "code K4471.")),
        *((WORDS, text) for text in ("ada  park", "by Ada\nPark,")),
    ],
)  # fmt: skip
def test_a_usual_form_is_found(fact: Fact, text: str) -> None:
    assert says(text, fact)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        *((DAY, text) for text in ("12 March", "11 March 2032", "111 March", "March 1", "2031-03-12")),
        *((TIME, text) for text in ("14:31", "2:30 am", "4:30", "114:30")),
        *((HOUR, text) for text in ("9 pm", "9:00 pm", "19:00", "9")),
        *((NUMBER, text) for text in ("112", "12.5", "K-12", "$12", "12:30", "the 12th")),
        *((MONEY, text) for text in ("$1,240", "$1,240.51", "$11,240.50")),
        *((WHOLE, text) for text in ("$1,240.50", "$12,400")),
        *((CODE, text) for text in ("K-4472", "AK-4471", "K-44710")),
        *((WORDS, text) for text in ("Ada Parker", "Park Ada")),
    ],
)  # fmt: skip
def test_another_value_is_not_taken_for_it(fact: Fact, text: str) -> None:
    assert not says(text, fact)
