"""A harbour that wants more credit than its contract gives, and is angry in writing."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money


@story("harbour-complaint", needs={"mail"})
def harbour_complaint(s: StoryWriter) -> Acts:
    """Readings stood still; the harbour master asks for a sum, the contract gives another."""
    yield
    adviser, head, scientist = s.one("adviser", "PA"), s.one("head of Care"), s.one("data scientist")
    director = s.one("managing director")
    master = s.outsider("Brightwater harbour master", "master@brightwaterharbour.test")
    hours, minutes, rate = s.between(5, 8), s.pick((10, 20, 40)), s.between(28, 44)
    due = s.fact("answer", money(hours * rate * 100))
    asked = s.fact("lure", money((hours * rate + s.between(90, 240)) * 100))
    rated, gap = s.fact("rate", money(rate * 100)), s.fact("gap", f"{hours} h {minutes}")
    complaint = s.mail(master, [adviser], "-6d 09:05", "Your gauge slept while we did not", "\n\n".join((
        s.words("complaint, what", (
            "On the night of the low water your gauge on the outer mole showed the same figure for hours, while my pilot stood on the bridge of a coaster with two feet of water less than your page promised him. I do not keep a gauge in order to be told what the water was at bedtime.",
            "I write about the mole gauge. It froze, not from cold but from idleness, and its last reading stayed on your page as if it were the truth. We brought a grain ship in by lead line and by prayer, in that order, and the lead line is from my grandfather.",
            "Your instrument stood still and did not say so. For most of a night the page showed one number, steady as a rock, and my people believed it because it had never lied before.",
            "There was a night last week in which the tide ignored your gauge. The tide was right. My duty officer telephoned your number and reached somebody who was kind and knew nothing.",
            "I have been harbour master for nineteen years and have seen gauges fail. I had not yet seen one that fails and goes on smiling.",
        )),
        s.words("complaint, so", (
            "Nobody was hurt and nothing was bent, which is owed to the pilot and not to you. I expect to learn what happened, what it is worth according to our contract, and how I shall be told the next time, in that order and in writing.",
            "I want three things. An explanation that I can read aloud in the harbour office; a sum that shows that you have read our contract; and a sign on your page that says when a number is old. The last one matters most to me.",
            "The ship is in, the crew has gone ashore, and I have had two nights of sleep, so this letter is calmer than its first version. Please answer it within the time that you promise on your own page.",
            "Kindly tell me how long the readings stood still, by your own records, since mine were made with a torch. After that we may speak about money; I have the contract before me and a pencil behind the ear.",
            "I do not want flowers. I want a page that admits what it does not know, and a credit that fits the hours.",
        )),
    )))  # fmt: skip
    s.reply(adviser, complaint, "-5d 10:20", s.words("advice", (
        "Thank you for writing it down so clearly. I have asked our engineers for the length of the standstill and shall come back with it; until then, please reload the page after a reading that seems too steady.",
        "I am sorry about that night. The readings are being looked at hour by hour, and you will have the result from me, not from a machine.",
        "Your pilot has my respect. I cannot name a sum before the gap has been measured, but it will be.",
        "You are right that a reading that stands must say so. I have passed that on with your sentence attached.",
        "Please give us a day for the figures. What you ask for the page is already on somebody's desk.",
    ), by=adviser))  # fmt: skip
    s.reply(master, complaint, "-4d 09:20", s.words("angry", (
        "A day, you said, for an answer about my gauge. My ships count days too, and they are shorter than yours.", "I asked for a figure and got a sentence. My patience stands as still as your gauge.",
        "Reload the page! I have nine ships and one finger.", "Your answer about the readings was polite and empty, like a ferry in November.",
        "This is the second letter about the gauge. The third one goes to the board of your company and to the newspaper with the chart on its title.",
    )), to=(adviser,), cc=(director,))  # fmt: skip
    s.reply(master, complaint, "-1d 09:00", s.words("sum", (
        "For a gauge that stood still I have reckoned by myself: {sum}. Put it on the next invoice, with a minus.", "My clerk says {sum}, and my clerk is a modest man who reads your gauge every morning.",
        "If the readings come back we shall call it settled at {sum}.", "For the standstill of the readings I charge you {sum}. You may find it cheap.", "{sum} is what that night is worth to me. What is it worth to you?",
    ), sum=asked), to=(adviser,))  # fmt: skip
    s.post("care-desk", scientist, s.during(scientist, "-1d 09:30"), s.words("gap", (
        "Outer mole stood still for {gap}. By their contract an hour is {rate}, begun hours do not count, so {due}",
        "I measured the Brightwater gap: {gap}. Whole hours times {rate} gives {due}", "{gap} without change at the mole, that makes {due} at {rate} the full hour",
        "Brightwater: {gap}, contract rate {rate} an hour, full hours only. {due}", "their standstill lasted {gap}; {due} by the contract, at {rate} for each whole hour",
    ), by=scientist, gap=gap, rate=rated, due=due), to=adviser)  # fmt: skip
    s.mail(master, [adviser], "+6m", "Or we cancel", s.words("or cancel", (
        "I have another offer on my desk, with a bird on it that is not yours.", "If I have nothing by this evening, the next letter is a notice.",
        "The contract runs until summer. It need not.", "My council meets at six. I would like to tell them that this is settled.", "Answer me today, or take your instrument down tomorrow.",
    )), cc=[head])  # fmt: skip
