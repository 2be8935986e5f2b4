"""A manual, fourteen comments by three readers, and a newer version in another thread."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text

COMMENTS = (
    "Put the part about the key of the box before the part about the box.",
    "Why is the water always blue in the drawings? Ours is brown, and people look for the blue.",
    "There are two pages on unpacking and half a one on the antenna. I would swap them.",
    "Somebody should count the screws in the bag; the drawing has one more than the bag.",
    "The chapter on winter ends in the middle of November.",
    "Write who to ring first, the harbour or us. I have seen people ring both at once with two telephones.",
    "What is called the left side is left only if one stands in the river.",
    "The warning triangle is so large that I took it for a tent.",
    "I miss a sentence on herons.",
    "Batteries are not eternal, though the third paragraph says so.",
    "The drawing of the lid is the one of the Bittern. Ours has four screws and no window.",
    "In the chapter on batteries, say which way round. I tried the other way, on behalf of the customer.",
    "Please write rope where you mean rope. A line is what one stands in at the bakery.",
    "There is a warning about lightning on the page about cleaning. It belongs to the mast.",
    "The word datum comes up before it is explained. Growers stop reading there; I have watched one.",
    "Where you say tighten by hand, whose hand? Our shift lead bends spoons.",
    "The picture of the quay shows low water and the text speaks of high water.",
    "Add that the solar lid wants to look to the south, or to where the south is when there is a bridge in between.",
    "A sentence in the chapter on moving has no verb. I liked it, but the customer will wait for one.",
    "Say what the lamp does in the first minute. It does nothing, and people telephone.",
    "The list of tools lacks the tool that everybody forgets, namely the second person.",
    "I would move the page on returns to the end. Nobody wants to read about parting at the beginning.",
    "Hose down, not dry off. Half of the stations stand in salt.",
    "The example name of a station is that of a real one, and its owner has an opinion on it.",
    "You promise a click. It is more of a thud.",
    "The glossary says that a gauge is a gauge.",
    "Gloves are mentioned once, in the index.",
    "Do not call it simple. If it were simple they would not be reading.",
    "The heron on the cover stands on the wrong leg, says my daughter, who knows herons.",
    "Please add a page with nothing on it but the telephone number, for people with wet glasses.",
)  # fmt: skip


@story("manual-comments", needs={"mail"})
def manual_comments(s: StoryWriter) -> Acts:
    """Two comments contradict each other; the newest manual is attached where nobody looks for it."""
    yield
    writer, guest = s.one("knowledge writer"), s.one("technical writer")
    calibrator, installer, engineer = s.one("calibrator"), s.one("installer"), s.one("engineer", "HS")
    readers = [calibrator, installer, engineer]
    low = s.between(9, 13)
    old, new = (
        s.fact("lure", "siskin-manual-v2.txt"),
        s.fact("answer", "siskin-manual-v3.txt", since="-1d 10:05"),
    )
    torque = {
        calibrator.id: s.fact("torque", low),
        installer.id: s.fact("torque, as the installer has it", low + 2),
        engineer.id: "",
    }
    friday = s.fact("comments until", day_text(s.at("-4d").date()))
    second = s.file(old, manual("two", low + 2), writer, "-12d 13:50")
    root = s.mail(writer, readers, s.during(writer, "-12d 14:05"), "Siskin manual, version two: your comments", "\n\n".join((
        s.words("asks", (
            "Attached you find the second version of the manual for the Siskin. It is meant for somebody who stands on a ladder with one hand free, so please read it standing up. I have taken in what Care hears most often on the telephone and left out what we are proud of.",
            "Version two of the Siskin manual is ready to be torn apart, and I have chosen the three of you because you will. You know the thing in the workshop, on the bridge and in the database, and the manual has to be true in all three places.",
            "Here is the Siskin's manual once more, this time with pictures where I had promised pictures. I ask you to read it as if you had never met the gauge, which I know is much to ask from its parents.",
            "The manual has grown to a second version. I wrote it between two telephones, and it shows on some pages. Before it goes to the printer I would like three people to read it who do not owe me anything.",
            "Could you three give the Siskin's manual an hour? It is version two. The first was read by everybody and commented on by nobody, which frightened me more than any red ink.",
        ), by=writer),
        s.words("how", (
            "Please number your comments, so that we can speak of them without quoting half of the text at each other, and let me have them by {day}. Facts matter most: figures, names of parts, the order of steps. If you find yourself disagreeing with one another, do it openly and to all, I collect and do not referee. Matters of taste are welcome in the last place; commas are mine.",
            "I need your remarks by {day}, numbered, in one mail each if you can. Say what is wrong and, where you know it, what would be right. For measures please tell me whether you have measured or remembered, because the two have met on page nine and do not get on. The guest who writes for us helps me with the layout, but mails to all of staff are not for him, so answer to me.",
            "Send me a list with numbers before {day} is over. A good comment fits on a line and hurts a little. If a value is wrong, write the value; if a drawing is wrong, draw on it and send me a photograph. I shall answer each of you by number, and what I do not take over gets a reason and not just a smile.",
            "By {day} I would like to have a numbered list from each of you. Take the chapter on mounting most seriously, as it is the one that can fall on somebody's foot. What you like need not be mentioned, though I keep such lines and read them in winter. After that there will be a third version, and after that the printer.",
            "Comments by {day}, please, with a number in front of each, because I get lost otherwise. Read the part on clamps twice, once with the clamp in your hand. Do not correct my English, correct my bolts. If two of you send opposite things I shall ask whoever owns the better instrument, and I shall tell the other kindly.",
        ), by=writer, day=friday),
    )), files=(second,))  # fmt: skip
    texts = s.sampler.shuffled(COMMENTS)
    number = 0
    lists = []
    for reader, at, count in (
        (calibrator, "-8d 11:40", 5),
        (engineer, "-7d 12:20", 5),
        (installer, "-4d 13:10", 4),
    ):
        own = [texts.pop() for _ in range(count - bool(torque[reader.id]))]
        if torque[reader.id]:
            own.insert(1, torque_comment(s, reader, torque[reader.id]))
        lines = []
        for text in own:
            number += 1
            lines.append(f"{s.fact(f'comment {number} is by {reader.name}', number)}. {text}")
        lists.append(
            s.reply(reader, root, s.during(reader, at), f"{opening(s, reader)}\n\n" + "\n".join(lines))
        )
    third = s.file(new, manual("three", low + 2), guest, "-1d 10:00")
    picture = s.mail(writer, [guest], s.during(writer, "-5d 11:30"), "The heron on the cover", s.words("picture", (
        "For the cover I would like the heron from last year's calendar, only smaller, and looking to the left. Can the layout stand it?", "Could the cover of the manual have a heron again? The water drop looks like a tear.",
        "Do you still have the drawing of the heron? I should like it on the cover, above the name.", "What do you think of a heron on the cover? Everything else in there is a screw.",
        "The cover is so empty. I thought of our heron, in grey, at the lower edge.",
    ), by=writer))  # fmt: skip
    s.reply(guest, picture, "-1d 10:05", s.words("side thread", (
        "The heron is on the cover. I have put in the comments as well, as far as they agree with each other; the whole manual is attached.", "Heron done. While I was at it I made the third version of the text, see the file. Only the torque is still the old one.",
        "Here is the cover with its heron, and behind it the complete manual with all comments that were clear.", "I have drawn the heron anew, it now stands on one leg. Attached is version three, in which this is the smallest change.",
        "Attached: heron, cover, and the text with what your readers wanted. Where two of them disagree I have left yours.",
    ), by=guest), files=(third,))  # fmt: skip
    if writer.id == s.desk.id:
        s.mail(writer, readers, "-1d 16:30", "", s.words("draft", (
            "Thank you for the comments. All are in, apart from the one on torque, where", "Your comments have made it a better manual. What is open is the torque:", "Fourteen comments, one quarrel, and that is about the torque. We take",
            "I have gone through all comments and taken over nearly all. As for the torque,", "With your comments done, one question is left, the torque of the clamp. It is",
        )), parent=root, folder="drafts")  # fmt: skip
    s.reply(calibrator, lists[2], "+6m", s.words("measured", (
        "The torque is {nm} Nm. I have just measured it, twice, and once more on a wet clamp.", "About that torque: {nm} Nm, and this time with the wrench that has a certificate.", "Measured this morning: {nm} Nm of torque. What the installer has is from the old clamp.",
        "i put it on the bench, torque is {nm} Nm, the other number cracks the lid", "Torque once and for all, {nm} Nm, from the instrument and not from my head.",
    ), by=calibrator, nm=torque[calibrator.id]), to=(writer, installer, engineer))  # fmt: skip


def opening(s: StoryWriter, reader: Staff) -> str:
    """The line above a list of comments."""
    return s.words("comments", (
        "I have read the manual with a pencil. My comments, with numbers as you like them:", "Comments on version two, as wished with numbers.", "my comments. read it on the train, which helped",
        "Here are my comments on the manual, none of them personal.", "Read it twice, once on a ladder. Comments below:", "The manual is good. What follows are comments, so it sounds worse:",
        "comments, with numbers", "I have these comments, and a coffee ring on page six.", "What I would change in the manual, line by line:",
    ), by=reader)  # fmt: skip


def torque_comment(s: StoryWriter, reader: Staff, value: str) -> str:
    """A comment on the clamp's torque."""
    return s.words("torque", (
        "The clamp wants {nm} Nm.", "Torque for the clamp is {nm} Nm, please print that in bold.", "It must say {nm} Nm where the clamp is tightened.", "Clamp: {nm} Nm. More or less breaks something.",
        "For the clamp I have always used {nm} Nm.", "You leave out the torque of the clamp; it is {nm} Nm.",
    ), nm=value)  # fmt: skip


def manual(version: str, torque: int) -> str:
    """The text of the manual's file."""
    return f"Siskin, a solar gauge\nManual, version {version}\n\nMounting\nTighten the clamp to {torque} Nm.\nTurn the lid to the south.\n"
