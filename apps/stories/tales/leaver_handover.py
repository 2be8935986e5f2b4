"""What somebody who has left leaves behind, and an heir who changes."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story

CUSTOMERS = (
    "Kestrel Valley Growers",
    "East Lomond Canal Trust",
    "Dunmarrow Water District",
    "Brightwater Harbour Office",
)


@story("leaver-handover", needs={"mail"})
def leaver_handover(s: StoryWriter) -> Acts:
    """Seven threads and three channels change hands; the last word of the head of Sales counts."""
    yield
    heir, head, gone = s.one("account manager"), s.one("head of Sales"), s.one("former account manager")
    other = next(each for each in s.all("account manager") if each.id != heir.id)
    s.fact("answer", other.name)
    s.fact("lure", heir.name)
    s.mail(head, [s.list_of("sales")], "-18d 09:40", "A farewell in Sales", s.words("notice", (
        "{name} leaves us at the end of the month for a boat with a library in it. Please keep the Friday free, and your questions ready.",
        "On the last Friday of February {name} goes. It was a friendly decision, on both sides, and the coffee will be worse.",
        "{name} has given notice and stays until the end of the month. The customers are shared out below, by another mail.",
        "At the month's end {name} leaves Sales. What can be asked should be asked now.",
        "You will have heard it on the ferry: {name} is leaving at the end of February.",
    ), by=head, name=gone.name))  # fmt: skip
    rows = "\n".join((
        f"1. Kestrel Valley Growers, renewal: {heir.name}", f"2. Kestrel Valley Growers, the moved station: {heir.name}",
        f"3. East Lomond Canal Trust, map in the newsletter: {other.name}", f"4. Dunmarrow Water District, contract: {heir.name}",
        f"5. Brightwater Harbour Office, second mole: {other.name}", f"6. Growers' fair, our stand: {heir.name}",
        f"7. Estuary Days, the talk: {other.name}",
    ))  # fmt: skip
    for number in range(1, 8):
        s.fact(f"row {number}", number)
    s.mail(gone, [heir, other], "-6d 10:10", "What I leave behind", "\n\n".join((
        s.words("list, opening", (
            "You will find everything in the usual folder, but folders do not tell who is offended by what. So here is the list, with names, and a few remarks that should not be in a folder.",
            "Before I forget which pile is which: these are the seven matters that go on without me. I have told each customer that somebody will write, not who.",
            "I have tried to leave no loose ends, and have ended up with seven. They are divided as we said on Monday.",
            "Here is the estate. Divide it without lawyers.",
            "Seven matters, two heirs, one apology for the state of the second.",
        )),
        rows,
        s.words("list, remarks", (
            "The Growers answer on the telephone and never in writing, except when they are angry. The Trust prefers drawings. Dunmarrow reads everything, also the footers. At Brightwater ask for the harbour master and not for the office. As for channels: you are in the launch events already, in the sales desk anyway, and the private one with the growers I have left to you by name.",
            "Whoever takes the Trust should like cake. Whoever takes Dunmarrow should like clauses. The fair's stand is paid for, the banner is not. I shall not answer from the boat, so ask until Friday; after that my address forwards for a while and then, like me, it does not come back.",
            "Numbers and passwords are with the office manager. The second mole at Brightwater looks finished and is not. The newsletter of the Trust prints on Thursdays. In the chat there are three channels that you need, and one of them is private, so somebody must let you in.",
            "Please write to the Growers first, they think that I am ill. The renewal is agreed in words and in nothing else. The talk has a title and no slides, the fair has a stand and no chairs.",
            "Everything urgent is in rows one and four. Row six can wait until the swallows. The private channel is yours from Friday; keep it private, the growers' prices are in it.",
        )),
    )))  # fmt: skip
    s.mail(gone, [s.list_of("sales")], "-4d 11:15", "Thank you", s.words("last mail", (
        "My desk is empty and my pockets are full of your pens. It was a good time.", "I close the door softly, it sticks in wet weather.",
        "Fare well. The plant stays, it was here before me.", "After five years I still do not know where the stapler lives. Thank you for everything else.",
        "I am off. Be kind to the harbour masters.",
    )))  # fmt: skip
    canal = s.outsider("East Lomond Canal Trust", "trust@eastlomondcanal.test")
    late = s.mail(canal, [gone], "-1d 09:30", "The map for our newsletter", s.words("customer", (
        "We print on Thursday and still lack the map with our new gauge on it. Could you send it again, a little larger?",
        "Is there a version of the map without the heron? Our chair is afraid of it.",
        "May we print your map next to the crossword? We would need it by Wednesday.",
        "Thank you for the map. The lock is on the wrong bank, as the lock-keeper pointed out to us and to everybody.",
        "Our newsletter is ready but for your map. You promised it by the first.",
    )))  # fmt: skip
    s.mail(head, [heir], "-1d 09:48", "", "", parent=late, is_forward=True, quote=late.text, bare=True)
    s.mail(head, [heir, other], "-1d 10:25", "Kestrel after all", s.words("changed heir", (
        "I have thought again about the Growers: {name} takes them, both matters, from today. The rest stays as in the list.",
        "Kestrel goes to {name}, not as written. They asked for it and I said yes.",
        "One change to the list: rows one and two belong to {name}.",
        "Please note that {name} looks after the Growers from now on. It has to do with a tractor, do not ask.",
        "The Growers want {name}. So be it, renewal and station both.",
    ), by=head, name=other.name))  # fmt: skip
    s.mail(head, [heir], "+7m", "And the Canal Trust", s.words("and the trust", (
        "In exchange the Trust is yours, map and all.", "To make it even, you get the Trust.", "You take over the Canal Trust, then both of you have enough.",
        "The Trust comes to you. They like drawings.", "Please take the Trust as well, its newsletter is due.",
    ), by=head))  # fmt: skip
