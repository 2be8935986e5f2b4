"""A newcomer's first week: the kit, the channels and the signature."""

from typing import Any

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story


@story("first-week", needs={"mail"})
def first_week(s: StoryWriter) -> Acts:
    """The kit is to be as for the last newcomer, except where the new one's hand and the shop object."""
    head, buyer, partner, new = (
        s.one("head of Product"),
        s.one("buyer", "PA"),
        s.one("people partner"),
        s.newcomer(),
    )
    board = s.goods("keyboard", "keyboard", size="75 keys", colours=2)
    old = s.order(
        "last newcomer",
        buyer,
        "-112d 10:20",
        ("keyboard", 1),
        ("notebook", 2),
        ("desk lamp", 1),
        ("mug", 1),
        most_cents=30000,
    )
    yield
    size, usual = (
        s.fact("answer", "75 keys", since="-1d 10:45"),
        s.fact("lure", "104 keys", until="-1d 10:45"),
    )
    number = s.fact("last newcomer's order", old.placed.number) if old.placed else "the one in the folder"
    name = s.fact("keyboard", board.found.name) if board.found else "the small one"
    rooms = s.fact("channels", "#siskin-launch, #siskin-launch-events and #platform")
    signature = s.fact("signature", f"{new.name} | product manager | Wherrymoor")
    words: dict[str, Any] = {
        "size": size,
        "usual": usual,
        "number": number,
        "name": name,
        "new": new.given,
        "rooms": rooms,
        "signature": signature,
    }
    home = s.outsider(new.name, new.private_email)
    s.mail(head, [home], s.during(head, "-12d 13:20"), "Before you begin on Monday the third", "\n\n".join((
        s.words("welcome", (
            "We look forward to you. Since you asked what the first days are like: on Monday nobody expects anything of you except that you find the coffee, and on Tuesday we expect that you show somebody else where it is. The office in Halloway Springs lies above a chandler's, so follow the smell of rope and take the stairs on the left.",
            "In less than a fortnight you are one of us, and I would like to spare you the usual morning in which a person sits before a screen that asks for a password. Everything with a password is done on the day before. What remains for you is to arrive, not too early, at the door beside the chandler's.",
            "A few lines before you begin, to an address that still belongs to you alone. You will share a room with the other product manager, a plant and a model of a lock that leaks. Your first task is none. Your second, from Wednesday on, is to read what our customers wrote about the Bittern, which takes two days and some courage.",
            "Welcome, a little in advance. You asked me what to read: the manual of the Bittern, and then whatever the tide tells you. Bring shoes that may get wet, because on Wednesday we drive to the nearest gauge and I would like you to have touched one before you have an opinion about it.",
            "Your desk stands by the window, after a short debate that you have won without being there. I write so that you know what happens in the first week, as my own first week here consisted of waiting for somebody who was on a boat. Nobody will be on a boat, or if so, you will be on it too.",
        ), by=head),
        s.words("kit", (
            "For the desk we order what the last newcomer had: a keyboard with {usual}, two notebooks, a mug and a lamp. If you prefer something else, say so in your first days; Office in Port Ansley buys it and sends it on, and nobody minds. A telephone you get from us, a chair you choose, a coat hook has your name on it already.",
            "You will find a lamp, a mug and notebooks, and a keyboard with {usual} like everybody's. People have their peculiarities with keyboards, I know; ours goes back to the cupboard without a tear if yours is another. Please tell the buyer what you need and not only what you would be content with.",
            "This is the kit, as we give it to all: keyboard ({usual}), mug, notebooks, lamp. It comes from one shop, through Office, to the mail room. The list is a habit and not a law, so change it. My predecessor wrote with a brush and a stand was built for it.",
            "What we put on a new desk is always the same, a lamp, a keyboard with {usual}, something to write on and something to drink from. We order it in your first days, when you have seen the desk. Lists of wishes go to the buyer, Port Ansley side, who answers faster than I do.",
            "As for things: there is a standard set. A keyboard of {usual}, notebooks, a mug that survives the machine, and the lamp. Whatever you would like otherwise, write it down on Monday. You need not give a reason, though the buyer enjoys reasons.",
        ), by=head, **words),
    )), cc=[partner])  # fmt: skip
    kit = s.mail(head, [buyer], s.during(head, "-6d 12:40"), "Kit for our newcomer", s.words("as last time", (
        "Could you get the same kit for {new} as for the last newcomer? It was order {number}.", "{new} begins on Monday. As for the last newcomer, please, {number}; only the address has to be ours.",
        "One set of kit for {new}, like the one in {number}. Wait until Monday with it, tastes differ.", "For {new}: what we had in {number}, if the shop still sells it.", "The usual kit for a new desk, please. You will find the last one under {number}, it is for {new} this time.",
    ), by=head, **words))  # fmt: skip
    s.reply(buyer, kit, s.during(buyer, "-5d 10:15"), s.words("sold no more", (
        "I have the kit together except for the lamp: that colour is sold no more.", "The lamp of that kit is gone from the shop in its old colour. The rest can be had.", "For {new} I found nearly everything of the last kit, the lamp excepted, which they have stopped making in that colour. Shall I look for another?",
        "For the kit I find keyboard, notebooks and mug. The old lamp has died out.", "Kit is simple this time, save for the lamp; its colour has been discontinued.",
    ), by=buyer, **words))  # fmt: skip
    s.mail(new, [buyer], s.during(new, "-1d 10:45"), "My kit, if I may", s.words("left-handed", (
        "I am left-handed, and with {usual} the mouse ends up in the next room. Could it be a compact keyboard, {size}? For instance {name}.", "May I ask for a small keyboard in the kit, {size}? My left hand does the pointing. {name} would be lovely.",
        "I was told to say what I need. It is a keyboard with {size} instead of {usual}, since I use the mouse with my left hand.", "Would {name} be possible for me, in {size}? I am left-handed and the number block is in my way.",
        "Something about the keyboard: I get on best with {size}. The big ones were built for people with two right hands.",
    ), by=new, **words), cc=[head])  # fmt: skip
    s.mail(partner, [new], s.during(partner, "-1d 11:30"), "Three small things for your first week", s.words("form", (
        "Two formalities and a hint. Your signature has the form {signature}; no telephone number, please. The channels that you should join are {rooms}. The hint is that the soup on Thursdays is not soup.",
        "For your mails please use this signature: {signature}. Leave the telephone out. In the chat look for {rooms}; where a door is shut, ask your head to open it.",
        "Please set your signature to {signature}, without a number, as we have been rung up at night. Then join {rooms}. That is all that I want from you until Friday.",
        "Here is what People asks of newcomers: a signature, {signature}, and your presence in {rooms}. The pay form lies on your desk.",
        "A signature for you, to be copied as it stands: {signature}. And three rooms to be in: {rooms}. If one does not let you in, it is not personal.",
    ), by=partner, **words))  # fmt: skip
    s.reply(buyer, kit, "+6m", s.words("lamp", (
        "The lamp from the kit exists after all, in another colour. Shall I put it in?", "A lamp of that kind is in stock again, though in a different colour. Would {new} mind?", "I found the lamp, same shape, other colour. Say yes and it goes with the rest of the kit.",
        "Good news about the lamp for {new}, if colour is no matter of faith.", "As to the lamp: in stock, not in the old colour. Please decide for {new}.",
    ), by=buyer, **words), to=(head,))  # fmt: skip
    if s.has("chat"):
        s.post("buyers", buyer, s.during(buyer, "-1d 12:30"), s.words("buyers", (
            "The new one in Product is left-handed, has anybody bought a small keyboard before?", "small keyboard for a new desk, does one of you know a good one", "Is there a compact keyboard that people do not send back?", "I am asked for a keyboard without the number block. Experiences?", "Who in Care had the short keyboards? I need one for Halloway",
        ), by=buyer))  # fmt: skip
