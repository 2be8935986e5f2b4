"""Fields of forms are read, or refused in words."""

from datetime import datetime

import pytest

from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import day_and_time


def test_a_day_and_a_time_are_read() -> None:
    assert day_and_time("2031-03-10", "14:30") == datetime(2031, 3, 10, 14, 30)


@pytest.mark.parametrize("clock", ["14:30Z", "09:00+01:00", "25:00", "noon"])
def test_a_time_with_a_zone_is_refused_as_any_other_that_cannot_be_read(clock: str) -> None:
    with pytest.raises(ChatError, match="a time such as 14:30"):
        day_and_time("2031-03-10", clock)
