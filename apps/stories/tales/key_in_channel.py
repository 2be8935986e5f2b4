"""A key that was pasted into a channel, quoted once more, and read by a guest."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize

KINDS = ("gateway key", "upload token", "key of the map server")


@story("key-in-channel", needs={"chat"}, size=WorldSize.SMALL)
def key_in_channel(s: StoryWriter) -> Acts:
    """An engineer pastes a secret, quotes its end in an apology; a guest reacts, the lead asks who has seen it."""
    yield
    engineer, lead, guest = s.one("engineer", "HS"), s.one("on-call lead"), s.one("technical writer")
    kind = s.pick(KINDS)
    tail = "".join(s.pick("bcdfghkmnpqrtvwxz2345679") for _ in range(5))
    secret = s.fact("secret", "wm_" + "".join(s.pick("bcdfghkmnpqrtvwxz2345679") for _ in range(18)) + tail)
    s.fact("kind", kind)
    s.fact("answer", "2 messages")
    s.fact("lure", "1 message")
    s.post("siskin-launch", engineer, "-1d 13:12", s.words("paste", (
        "Demo box is up, log in with the {kind}: {secret}",
        "For the photographer's tablet you need the {kind} {secret}, it is set to expire never",
        "{secret} <- {kind} for the stand, somebody please write it on the crate",
        "Who wanted the {kind}? {secret}", "here it is at last, the {kind}: {secret}",
    ), by=engineer, kind=kind, secret=secret))  # fmt: skip
    s.post("siskin-launch", engineer, "-1d 13:14", s.words("oops", (
        "oops, that thing ending in {tail} was meant for a direct message",
        "Sorry, wrong window. If you have copied what ends in {tail}, please forget it",
        "ignore the line above, the one with {tail} at its end, my clipboard runs ahead of me",
        "That was not for here!! ...{tail}, I will clean up",
        "wrong channel, wrong day. the string with {tail} never happened",
    ), by=engineer, tail=tail), reactions=((guest.id, "👀", s.at("-1d 13:20")),))  # fmt: skip
    s.post("platform", lead, "+3m", s.words("anyone?", (
        "Something of ours logged in from a caravan park. Has anybody seen a key lying about?",
        "Did one of us drop a credential somewhere since yesterday? No names needed, only the place",
        "Question to all: is there a key of ours in any channel or mail? Ask yourselves honestly",
        "the scanner barks at a key of ours. who knows where it stands?",
        "A secret is loose, says the monitor. Tell me where it was posted, and do not show it to me",
    ), by=lead))  # fmt: skip
    s.post("platform", lead, "+8m", s.words("new one", (
        "Tomorrow everybody gets a new key by hand. It will not be in the chat and not in a mail",
        "New key tomorrow, on paper, eaten afterwards. Nothing will be posted here",
        "I rotate it tonight; the fresh one comes by telephone and never in writing",
        "The replacement is made in the morning, I read it to you, and no channel hears it",
        "Fresh one tomorrow. Whoever posts that one makes the tea until summer",
    ), by=lead))  # fmt: skip
