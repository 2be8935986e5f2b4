"""A trip to a conference: two itineraries, a handover, and a fee that somebody has to allow."""

from typing import Any

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money


@story("conference-travel", needs={"mail"})
def conference_travel(s: StoryWriter) -> Acts:
    """The talk moves by a day, somebody else travels, and the change of name costs money."""
    yield
    writer, head, heir = s.one("tender writer"), s.one("head of Sales"), s.one("account manager")
    colleague = next(each for each in s.all("account manager") if each.id != heir.id)
    travel = s.outsider("Oxbower Travel", "desk@oxbower.test")
    programme = s.outsider("Estuary Days", "programme@estuarydays.test")
    first, second = s.sampler.some(range(210, 989), 2)
    fee = s.between(62, 78) if s.chance(40) else s.between(85, 115)
    s.fact("needs the head's yes", "yes" if fee > 80 else "no")
    old, new = (
        s.fact("lure", f"EA {first}", until="-13d 10:40"),
        s.fact("answer", f"EA {second}", since="-13d 10:40"),
    )
    days = {n: s.fact(f"day {n}", day_text(s.at(f"+{n}d").date())) for n in (63, 64, 65, 66, 67)}
    prices = [s.between(380, 540) * 100, s.between(96, 138) * 100]
    words: dict[str, Any] = {
        "old": old, "new": new, "a": days[63], "b": days[64], "c": days[65], "d": days[66], "e": days[67],
        "price": s.fact("fare", money(prices[0])), "night": s.fact("night", money(prices[1])), "fee": s.fact("fee", money(fee * 100)),
        "booking": s.fact("booking", f"OX-{s.between(4100, 8900)}"), "home": s.fact("way back", f"EA {first + 1}"),
        "until": s.fact("early price until", day_text(s.at("+10d").date())), "leaves": s.fact("departs", "09:35"), "lands": s.fact("arrives", "12:10"),
    }  # fmt: skip
    plan = s.mail(travel, [writer], "-25d 09:10", f"Your itinerary, booking {words['booking']}", "\n\n".join((
        s.words("itinerary, way there", (
            "Thank you for travelling with Oxbower. We have booked you to Estuary Days as follows. Out on {a} with flight {old}, leaving Oud Skerry at {leaves} and arriving in Port Ansley at {lands}, both by the clocks on the wall of the respective hall. You have a seat by the window on the side of the sea.",
            "Your journey to Estuary Days is arranged. You leave on {a} with {old} at {leaves}; at {lands}, local time, you stand in Port Ansley. A bus goes from the hall to the quay every quarter of an hour, and walking takes no longer if the wind is behind you.",
            "Here is how you get to the conference. On {a}, at {leaves}, take {old}. It lands at {lands}. Please be at the counter an hour before, or half an hour if you have nothing but a bag and a good conscience.",
            "We are happy to send you your papers for Estuary Days. The flight out is {old} on {a}, {leaves} to {lands}. Food is a sandwich. The seat is near the front, since you told us about the knees.",
            "All is booked for Estuary Days, and this is the way there: {a}, flight {old}, from {leaves} until {lands}. You change nowhere, which we like to mention because it is rare.",
        ), **words),
        s.words("itinerary, bed", (
            "You sleep at the Customs Inn, four nights at {night}, breakfast included, herring optional. The inn asks us to say that the night bell is real and that it wakes the keeper, who is eighty. Your room looks onto the yard, because the one on the harbour is held by a gentleman who has held it since spring.",
            "The room is at the Customs Inn on the quay, at {night} a night for four nights. It has a desk, a kettle and a rule against drying clothes in the window. Breakfast begins at an hour that suits pilots; later guests find bread and a note.",
            "For the nights we have put you into the Customs Inn, {night} each, four of them. The conference hall is across the bridge. If the bridge is up, and it is up oftener than people think, there is a boat whose owner takes coins only.",
            "Lodging: the Customs Inn, four nights, {night} a night. There is no lift, but there is a young man. Please tell the inn on the day before if you come after the lamps are lit, since the key is then left with the baker next door.",
            "Four nights at {night} are reserved in the Customs Inn, in a room under the roof with a view of two bridges and, at low water, of a wreck. The bath is shared with whoever has the other room, usually nobody, sometimes a bishop.",
        ), **words),
        s.words("itinerary, way back", (
            "Back on {e} with {home} in the evening. The fare there and back is {price}. The ticket bears your name and can only be used by the person in question; a new name is possible, but the airline takes a fee for it. Hotel changes are free until a week before. The early price of the conference itself runs until {until} and is not part of this booking, so please see to your own badge.",
            "The way back is {home}, on {e}, after tea. Together with the way out we charge {price}. Please compare your name with your passport letter by letter now, as corrections are cheap today and dear later. We have not registered you with the organisers; whoever does it by {until} pays less.",
            "For the return, {home} on {e}. Price of both flights, {price}, on the company's account. If your plans change, tell us before you tell the airline, because they sell what we have only borrowed. One thing we cannot do for you is the conference badge: the lower price ends on {until}.",
            "You return on {e} by {home}. Both ways cost {price}, bag included, musical instruments not. Changes of the day can be made until April; changes of the traveller cost what the airline feels like. And do think of the early price for the conference, which ends on {until}.",
            "Your flight home is {home} on {e}. We invoice {price} for the air and nothing for our trouble. Should the talk move, as talks do, one mail is enough and we move with it. The badge is between you and the organisers, cheaper before {until} than after.",
        ), **words),
    )))  # fmt: skip
    s.mail(programme, [writer], "-14d 08:40", "Estuary Days: your talk", s.words("moved", (
        "We have had to turn the programme round: your talk is now on {c}, after the coffee, in the small hall. Please adjust your travel if you can.",
        "Your talk moves to {c}. The keynote has a ferry to catch and you, we hoped, do not.",
        "With apologies, the talk on tenders for gauges goes to {c}. The hall stays the same and has got better chairs.",
        "Please note that you speak on {c} and no longer on the first day. The chair of your session asks for slides without films.",
        "There has been a swap: {c} is now the day of your talk. The audience will have slept, which ought to help.",
    ), **words))  # fmt: skip
    changed = s.reply(travel, plan, "-13d 10:40", s.words("itinerary b", (
        "As you wished we have moved the booking by a day. New flight out: {new} on {b}, same hours, same side of the sea. Way back and inn remain, with a night less.",
        "This itinerary replaces the earlier booking, please tear that one up. You fly on {b} with {new}; {home} brings you back as before; the inn knows.",
        "Done. Instead of {old} you now have {new}, on {b}. The airline charged nothing for the day, as it was in a good mood.",
        "Your talk moves and so do you: flight {new}, {b}, from {leaves} on. The rest of the booking is as it was, apart from one night that you need no longer pay.",
        "Itinerary, second version: out on {b} by {new}, home on {e} by {home}. Only this one is valid.",
    ), **words), to=(writer,))  # fmt: skip
    over = s.mail(writer, [heir], s.during(writer, "-6d 09:50"), "Estuary Days is yours", "\n\n".join((
        s.words("handover", (
            "Would you go to Estuary Days for me? The doctor wants me to stay near a hospital in May, for a reason that is pleasant and will be about three kilos. Our head knows and is all for it. The talk is on {c} and exists already, apart from its ending.",
            "I cannot give the talk at Estuary Days, the tender for the canal closes in the very same week and somebody has to be awake for it. You know the growers better than I do in any case. It is on {c}, for twenty minutes, and people there are kind as long as they are fed.",
            "You have told everybody that you would like to see the wreck at low water. Here is your chance: take over my talk at Estuary Days on {c}. I have a wedding that day, not mine, but I am to carry something.",
            "Estuary Days needs one of us and it cannot be me, since two tenders have decided to end together. I have asked who would do it best, and your name came before I had finished the question. The talk is on {c}.",
            "May I leave Estuary Days to you? The talk on {c} is written, the slides are twelve, the jokes are two, of which one works. I shall be sitting with the water board that week and envying you.",
        ), by=writer, **words),
        s.words("handover, papers", (
            "The newest papers are those from Oxbower with {new} in them; there is an earlier set in my mailbox, which I keep only because I am sentimental. They need your name on the ticket in place of mine. Please ask Oxbower what that costs before you agree to it, and look into the pin about trips. The badge is not bought yet and becomes dearer after {until}.",
            "You will get two sets of papers when you search for the booking, and only the later one is good; it flies on {b}. The name on it must be changed from mine to yours. I do not know what the airline wants for it. For the conference itself use the early price, until {until}; the form asks for a slogan and takes a full stop.",
            "About the flight: after the talk had been moved, Oxbower moved me too, so the day is {b} and not the one in my calendar, which I never mend. They will have to put your name in. If it is more than a trifle you need a yes from our head, in writing, and from nobody else, as you know. And get the badge by {until}.",
            "Tickets, bed and programme are in the booking, of which the second version counts. What remains to be done: your name on the ticket, your name on the badge (by {until}, please, it is cheaper), your name on the first slide. I have taken mine off already, it looks naked.",
            "What you have to do is little. Have the ticket put into your name; Oxbower's desk is friendly before noon. Buy the badge by {until}. Read the talk aloud once, to somebody who yawns honestly. The itinerary has changed once, so take the mail with {new} and forget its elder brother.",
        ), by=writer, **words),
    )))  # fmt: skip
    s.reply(heir, over, s.during(heir, "-5d 10:20"), s.words("takes it", (
        "I take Estuary Days, talk and wreck and all.", "Gladly. Send me the slides and the joke that works.", "Yes to the talk. I ask Oxbower about the name.",
        "The talk is mine then. Which of the slides may I burn?", "Agreed, I go. My mother lives near the second bridge.",
    ), by=heir))  # fmt: skip
    s.reply(travel, changed, "-1d 09:40", s.words("fee", (
        "The airline can put another name on the ticket for {fee}. Say yes and it is done within the hour.", "A change of traveller on flight {new} costs {fee}, we have asked twice. Shall we?",
        "A new name on the ticket: {fee}, payable by whoever has the booking.", "For {fee} the seat on {new} goes to your colleague. Please confirm, the offer stands for ten days.",
        "The airline wants {fee} for exchanging one name for another. It is about the price of a good umbrella. May we go ahead?",
    ), **words), to=(heir, writer))  # fmt: skip
    root = s.post("sales-desk", heir, s.during(heir, "-1d 10:30"), s.words("who says", (
        "Oxbower wants {fee} for putting my name on the ticket. Do I need anybody's yes for that?", "my name on the estuary ticket costs {fee}. just do it?",
        "Changing the name for Estuary Days is {fee}, is there a limit for such things?", "A question of etiquette and money: {fee} for a new name on a ticket, whom do I ask?",
        "{fee} so that the airline calls me by my name. Who decides that here?",
    ), by=heir, **words), to=head)  # fmt: skip
    s.thread(root, colleague, s.during(colleague, "-1d 10:45"), s.words("hearsay", (
        "Our head said fine, I was in the room", "it was said at lunch that this is ok, by the boss", "I heard at the printer that it has been allowed",
        "The head nodded when I mentioned it. Fairly sure it was a nod", "That is approved as far as I know, somebody asked on Friday",
    ), by=colleague))  # fmt: skip
    s.mail(head, [heir], "+8m", "Estuary Days, the name", s.words("allowed", (
        "Yes to the fee, if it is done before the early price ends.", "Have the name changed, I allow it, but before {until}.",
        "You may spend the {fee}. Not after {until}, please; buy the badge at the same time.", "Approved, for the ticket and the badge, both by {until}.",
        "For the {fee} you have my yes, as long as it happens before {until}.",
    ), by=head, **words))  # fmt: skip
