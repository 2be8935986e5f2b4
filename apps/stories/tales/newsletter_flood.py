"""More letters than anybody reads: a subscription that nobody asked for, and new issues midway."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story


@story("newsletter-flood", needs={"mail"})
def newsletter_flood(s: StoryWriter) -> Acts:
    """Sales needs the tender number from a letter; one paper confirms a subscription by itself; two more come."""
    yield
    desk, seller = s.desk, s.one("tender writer")
    chair = s.outsider("Desk & Chair", "news@deskandchair.test")
    datum = s.outsider("Datum Post", "post@datumpost.test")
    if seller.id != desk.id:
        s.mail(seller, [desk], s.during(seller, "-1d 10:05"), "A number from the Datum Post", s.words("ask", (
            "You still take the Datum Post, I believe. It printed the number of the upper river tender, and I have thrown mine away; could you look?",
            "For the upper river offer I need the reference of the tender. It stood in the Datum Post about two weeks ago.",
            "Do you keep old letters? The Datum Post had the tender of the water boards in it, with a reference that I want.",
            "The water boards only answer mails that carry their tender's number. The Datum Post had it, you have the Datum Post, may I?",
            "One small hunt for you: the reference of the river tender, printed in some Datum Post of last month.",
        ), by=seller))  # fmt: skip
    s.mail(chair, [desk], "-1d 05:10", "Welcome back to Desk & Chair", s.words("again", (
        "Your subscription has been renewed and now includes the weekend supplement. If that was not you, the link below undoes it.",
        "Good to have you back! From this week you will also get our offers.",
        "We have added you to the readers of both our editions, as requested.",
        "Your new subscription begins today. Nothing else is needed.",
        "You are on the list again, and so is your address for the catalogue.",
    )), kind="letter", is_automatic=True)  # fmt: skip
    s.mail(chair, [desk], "+4m", "Desk & Chair, supplement: stools that stand", s.words("supplement", (
        "Nine stools were left out in the rain over the weekend. Seven came back in, two are still sulking.",
        "A reader's photograph shows what happens to cork in a bathroom. We print it as a warning.",
        "The supplement begins with a question: how many legs does a seat need? Fewer than yours has, probably.",
        "All stools in this issue can be carried by one person who is reading the supplement with the other hand.",
        "This weekend: how to silence a stool on a stone floor, with felt, cork or courage.",
    )), kind="letter", is_automatic=True)  # fmt: skip
    s.mail(datum, [desk], "+9m", "Datum Post, extra: the river this morning", s.words("extra", (
        "The upper river stands a hand higher than at midnight, and the gauge at the mill says so without being asked.",
        "An extra sheet because of the meltwater: no alarm, some mud, and one very happy kayaker.",
        "We do not often print on a Tuesday. The mill gauge jumped, a beaver is suspected.",
        "Short notice of a long river: rising, brown, polite so far.",
        "Readers near the mill report the first floating garden shed of the season.",
    )), kind="letter", is_automatic=True)  # fmt: skip
