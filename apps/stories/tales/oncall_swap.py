"""A week on call that changes hands twice, while the topic of the channel still names the first."""

from datetime import timedelta
from typing import Any

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text


@story("oncall-swap", needs={"chat"})
def oncall_swap(s: StoryWriter) -> Acts:
    """Who has the week of the tenth: first one, then another up to a day, then a third for the rest."""
    yield
    lead = s.one("on-call lead")
    mine = s.one("engineer", "HS")
    others = [each for each in s.all("engineer", "HS") if each.id != mine.id]
    taker, rest = s.sampler.shuffled(others)
    monday = s.at("+6d")
    split = s.between(1, 3)
    days = [day_text((monday + timedelta(days=n)).date()) for n in range(8)]
    s.fact("answer", rest.name, since="-1d 12:15")
    s.fact("lure", mine.name, until="-5d 13:25")
    for n in range(7):
        s.fact(f"on call on {days[n]}", (taker if n < split else rest).name, since="-1d 12:15")
    words: dict[str, Any] = {
        "mine": mine.handle, "taker": taker.handle, "rest": rest.handle, "week": s.fact("week", days[0]),
        "day": s.fact("splits on", days[split]), "end": s.fact("ends", days[7]),
    }  # fmt: skip
    before = s.fact("week before", day_text((monday - timedelta(days=7)).date()))
    s.topic("oncall", f"From {before}: {others[-1].name}. From {words['week']}: {mine.name}")
    s.post("oncall", lead, s.during(lead, "-8d 12:10"), s.words("topic", (
        "Topic is up to date for the next two weeks, tell me if your name is in it and you did not know", "The next two turns stand in the topic. Swap among yourselves, then tell me", "I have put the names of both weeks into the topic",
        "Look up, the topic says who sleeps badly", "Rota for two weeks is in the topic, complaints in the thread",
    ), by=lead))  # fmt: skip
    root = s.post("oncall", mine, s.during(mine, "-5d 12:40"), s.words("asks", (
        "{taker}, could you take my week from {week}? My sister moves house and I am the van", "Would you swap with me, {taker}? I have the week of {week} and a wedding in the middle of it", "{taker} - the week that begins on {week}, any chance? I would owe you one",
        "I need somebody for my turn from {week}, and {taker} has the kindest face", "My turn from {week} collides with a knee operation, not mine, the dog's. {taker}?",
    ), by=mine, **words))  # fmt: skip
    s.thread(root, taker, s.during(taker, "-5d 13:25"), s.words("yes", (
        "Yes, gladly", "ok, all yours is mine", "Fine, I take the week", "Done. The dog of the week is me then", "You can have that, I am at home anyway",
    ), by=taker))  # fmt: skip
    s.thread(root, taker, s.during(taker, "-4d 14:10"), s.words("only until", (
        "Looked at my calendar. I can do it until {day}, not after. Somebody for the rest?", "I have to correct myself: up to {day} yes, then I am on a ferry", "only to {day} sadly, from then on there is a christening", "My half ends on {day}, it turns out. Who takes it to {end}?",
        "Sorry, I promised too much. From {day} on it must be another one",
    ), by=taker, **words))  # fmt: skip
    s.thread(root, mine, s.during(mine, "-4d 14:25"), s.words("who else", (
        "Half a week is more than I had. Anybody for the remainder?", "Thanks all the same. {rest}, how are you sleeping lately?", "A half is fine. I ask around for the other one", "then I look for someone for the end of it", "I can live with halves. {rest}?",
    ), by=mine, **words))  # fmt: skip
    s.thread(root, rest, s.during(rest, "-1d 12:15"), s.words("takes the rest", (
        "I take it from {day} to {end}, I have a deadline and sit up anyhow", "{day} until {end} is mine, then we are square for New Year's", "from {day} then, wake me gently", "Give me the part from {day}. The pager may sleep in my tent", "I do {day} and what follows, up to {end}",
    ), by=rest, **words), reactions=((mine.id, "🙏", s.during(mine, "-1d 12:40")),), key="rest")  # fmt: skip
    s.thread(root, lead, "+4m", s.words("both thumbs", (
        "{taker}, {rest}: thumbs on this and then somebody changes the topic, not before", "Before the topic is changed I want to see two thumbs under this, from {taker} and {rest}", "Looks good. As soon as both have thumbed up here, change the topic", "Please each a thumb, {taker} and {rest}; after the second one the topic may be changed",
        "Put a thumb here, both of you. The topic follows the thumbs",
    ), by=lead, **words), key="thumbs")  # fmt: skip
    s.later("react", taker, "+6m", post=root, emoji="👍")
    s.later("react", rest, "+9m", post=root, emoji="👍")
