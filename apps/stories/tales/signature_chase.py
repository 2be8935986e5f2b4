"""Five signers of a contract, two versions, and an absence note."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize

SIGNERS = (
    ("Odalys Brandt", "brandt"), ("Ferenc Alcott", "alcott"), ("Philippa Nkemelu", "nkemelu"),
    ("Torvald Iyer", "iyer"), ("Constance Abara", "abara"),
)  # fmt: skip


@story("signature-chase", needs={"mail"}, size=WorldSize.SMALL)
def signature_chase(s: StoryWriter) -> Acts:
    """Dunmarrow signs version four of its contract, one of them still version three."""
    yield
    manager, head = s.one("account manager"), s.one("head of Sales")
    people = [s.outsider(name, f"{box}@dunmarrowwater.test") for name, box in s.sampler.shuffled(SIGNERS)]
    stale, away, late, first, second = people
    is_done = s.chance(40)  # then nothing is left to chase
    s.fact("answer", "nobody" if is_done else f"{stale.name}, {away.name}, {late.name}")
    s.fact("lure", f"{away.name}, {late.name}")
    s.fact("signed the old version", stale.name)
    third = s.mail(
        manager, people, "-19d 09:30", "Contract, version three",
        s.words("v3", (
            "Here is version three of the contract, with the stations in the order of the river and the notice period as you wanted it. A line that you agree is signature enough.",
            "After Tuesday's call I have put everything into version three. Please read, and answer with a plain yes if it is right.",
            "Version three is ready for signature. All five of you sign by answering this mail; our side signs last.",
            "Your remarks are in, apart from the one about the weather. Sign version three by a short answer to me.",
            "I believe that version three is what we all meant. An answer from each of you makes it a contract.",
        ), by=manager), cc=[head],
    )  # fmt: skip
    fourth = s.mail(
        manager, people, "-12d 10:15", "Contract, version four: clause seven has changed",
        s.words("v4", (
            "Your lawyer was right about clause seven, so version four takes the place of version three. Whoever has agreed already is asked to agree once more.",
            "Clause seven promised something that no gauge can keep. It is mended in version four; earlier signatures do not carry over, I am sorry to say.",
            "Version four differs in clause seven alone, but it does differ. I need a fresh yes from everybody.",
            "Please sign version four and forget version three. Clause seven now says who pays for the boat.",
            "There is a version four, because of clause seven. Only answers to this mail count.",
        ), by=manager), cc=[head],
    )  # fmt: skip
    s.mail(stale, [manager], "-11d 09:20", "Re: Contract, version three", s.words("old yes", (
        "I have signed version three with pleasure and see no reason to stop.",
        "Version three is fine for me, all pages.",
        "Agreed: the third version, as read on the train.",
        "You have my yes to version three, clause seven included.",
        "I approve of version three. My secretary has filed it.",
    )), parent=third)  # fmt: skip
    signs(s, first, fourth, "-10d 11:05")
    signs(s, second, fourth, "-8d 08:40")
    s.reply(away, fourth, "-7d 08:01", s.words("away", (
        "I am away from the office and read no mail. From {day} I am back.",
        "Out until {day}, with a boat and without a telephone.",
        "Thank you for writing. I am on leave until {day}.",
        "This mailbox rests until {day}. Urgent matters go to the front desk.",
        "You have reached me on holiday; I return on {day}.",
    ), day=s.fact("back", "Thursday 6 March")), is_automatic=True, kind="vacation")  # fmt: skip
    if is_done:
        signs(s, stale, fourth, "-6d 14:20")
        signs(s, late, fourth, "-5d 09:10")
        signs(s, away, fourth, "-4d 10:30")
    asked = s.mail(head, [manager], "-1d 10:50", "Dunmarrow", s.words("who?", (
        "Who is missing? The board asks.",
        "How many of Dunmarrow's five have signed the right paper, and who has not?",
        "I see answers, I see no contract. Whom do we wait for?",
        "Before I tell the Directors anything: which signatures do we lack?",
        "Is Dunmarrow signed? If not, by whom not?",
    ), by=head))  # fmt: skip
    draft(s, manager, head, asked, late)
    if not is_done:
        signs(s, late, fourth, "+11m")


def signs(s: StoryWriter, signer: object, mail: object, at: str) -> None:
    """One signature under version four."""
    s.reply(signer, mail, at, s.words("yes", (  # type: ignore[arg-type]
        "Version four has my agreement.", "I agree to version four, clause seven and all.",
        "Signed. The fourth version reads better than its parents.", "Yes to version four.",
        "Consider version four signed by me; the clause is clear now.", "My signature under version four, herewith.",
        "Read and agreed, in the wording of version four.", "Four it is. Agreed.",
    )))  # fmt: skip


def draft(s: StoryWriter, manager: Staff, head: Staff, asked: object, late: object) -> None:
    """An unfinished reminder, with the right copy, that was never sent."""
    s.mail(
        manager, [late], "-1d 11:10", "Contract, version four: a reminder",  # type: ignore[list-item]
        s.words("draft", (
            "The board meets soon and I would like to show it a whole contract. Could you",
            "May I remind you of version four? It wants only a line from you, and",
            "Version four still waits for your answer. If anything in clause seven",
            "I am sorry to press you about the contract; the day by which we need it is",
            "Only a few signatures are missing now and one of them is yours, so",
        ), by=manager), cc=[head], folder="drafts",
    )  # fmt: skip
