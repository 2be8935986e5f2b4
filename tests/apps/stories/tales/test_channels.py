"""Channels, mailing lists, labels and contacts that every world with stories has."""

import pytest

from gristmill.apps.world.choice import WorldSize

SIZES = pytest.mark.parametrize("size", [WorldSize.SMALL, WorldSize.STANDARD])


@SIZES
def test_channels_have_members_and_a_creator_among_them(build_stories, size) -> None:
    script = build_stories(size=size).script
    assert len(script.channels) >= 26
    for channel in script.channels:
        assert channel.members is not None
        assert len(channel.members) >= 2
        assert channel.creator_id in channel.members


def test_guests_are_only_in_channels_for_guests_and_the_one_where_they_should_not_be(build_stories) -> None:
    built = build_stories()
    guests = {each.id for each in built.cast.people.values() if each.status == "guest"}
    found = {channel.name for channel in built.script.channels if guests & set(channel.members)}
    assert found == {"ext-brassnock", "siskin-launch"}


def test_there_are_twins_archived_channels_and_a_former_name(build_stories) -> None:
    channels = {each.name: each for each in build_stories().script.channels}
    assert channels["lake-verrin"].former_names == ("boathouse",)
    assert {"lake-verrin-social", "siskin-launch-events"} <= set(channels)
    archived = {name for name, each in channels.items() if each.archived_at}
    assert archived == {"office-move-2029", "siskin-pilot-2030"}
    private = {name for name, each in channels.items() if each.is_private}
    assert {"leads", "finance-close", "hiring-field", "quay"} <= private


def test_without_chat_there_are_no_channels_but_lists_and_contacts(build_stories) -> None:
    script = build_stories(apps=("mail",)).script
    assert script.channels == []
    assert {"all@wherrymoor.test", "lv@wherrymoor.test", "finance@wherrymoor.test"} <= set(script.lists)
    assert len({each.email for each in script.contacts}) == len(script.contacts) >= 16
    assert all(label.rpartition("/")[0] in {"", *script.labels} for label in script.labels)


def test_channels_are_opened_and_archived_on_weekdays(build_stories) -> None:
    times = [
        (each.name, at)
        for each in build_stories().script.channels
        for at in (each.created_at, each.archived_at)
        if at
    ]
    assert [(name, f"{at:%a %d %b %Y}") for name, at in times if at.weekday() > 4] == []
