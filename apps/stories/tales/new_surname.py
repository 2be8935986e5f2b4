"""An engineer's new surname, an old address that bounces, and a new colleague who bears the old name."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story


@story("new-surname", needs={"mail"})
def new_surname(s: StoryWriter) -> Acts:
    """A mail to three people bounces for one of them, whose address has stopped forwarding."""
    yield
    engineer = next(each for each in s.cast.people.values() if each.former_email)
    partner, desk = s.one("people partner"), s.desk
    old = engineer.former_email or ""
    former = old.split("@")[0].split(".")[1].capitalize()
    s.fact("answer", engineer.email)
    s.fact("lure", old)
    s.fact("former surname", former)
    s.mail(partner, [s.list_of("all")], "-57d 10:30", "A new name in Platform", s.words("new name", (
        "{given} {former} is {given} {family} since the weekend. The new address works already; the old one forwards for a month and stops then.",
        "We congratulate {given}, who married and took a name that is easier to spell: {family}. Please update your contacts, the old address has a month to live.",
        "From today you write to {family} when you mean {given} {former} of Platform. For thirty days the old address helps you along.",
        "There has been a wedding. {given} is called {family} now, in mail and chat and on the cake.",
        "{given} of Platform has changed surname, from {former} to {family}. The mailbox follows; habits may take longer.",
    ), by=partner, given=engineer.given, former=former, family=engineer.family), is_read=True)  # fmt: skip
    s.contact(s.outsider(f"{engineer.given} {former}", old), engineer)
    s.post("platform", engineer, s.during(engineer, "-8d 12:40"), s.words("profile", (
        "profile has the new name at last, same person inside", "The chat knows my name now. Only the door sign does not",
        "New name, old chair", "Changed the name here too, the badge takes until spring", "that is me with the new letters",
    ), by=engineer))  # fmt: skip
    if engineer.id == desk.id:
        return
    others = s.some([each for each in s.cast.team("Platform") if each.id not in {desk.id, engineer.id}], 2)
    table = s.file(
        "stations-to-check.csv",
        "station,last check,who\nBrightwater Mole,February,\nQuillan Bridge,January,\nIvybrook,November,\n",
        desk,
        "-1d 10:35",
    )
    sent = s.mail(desk, [s.outsider(f"{engineer.given} {former}", old), *others], "-1d 10:40", "Stations to check", s.words("file", (
        "Here is the table with the stations that nobody has looked at this year. Please put your names in the last column.",
        "As agreed I send you the list of stations. Take what is near you.",
        "The table of unchecked stations is attached; each of you finds a few that are known to him.",
        "Please see which of these stations you can check from your desk, and write it into the table.",
        "Attached, the list that I spoke of. Who takes Quillan Bridge?",
    ), by=desk), files=(table,))  # fmt: skip
    s.mail(
        s.outsider("Mail delivery", "postmaster@wherrymoor.test"), [desk], "-1d 10:41", "Not delivered: Stations to check",
        f"Your message could not be delivered to the following recipient:\n\n{old}\n\nThe address is no longer in use. The others have received it.",
        parent=sent, kind="bounce", is_automatic=True,
    )  # fmt: skip
    if engineer.site == "AR":  # gone home when the world starts
        return
    s.post("platform", engineer, "+4m", s.words("did it leave", (
        "Everybody talks about a list of stations, I have none. Did the file leave yet?",
        "is there a table of stations? mine must have got lost under the old name",
        "I hear that I should check stations. Which?", "Did somebody send me a file yesterday? Nothing has come",
        "the others got a list of stations, I got silence",
    ), by=engineer))  # fmt: skip
