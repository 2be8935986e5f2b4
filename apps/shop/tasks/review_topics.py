"""What reviews can complain about, for set-up reviews: in other words each time, or denied."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A complaint.

    Attributes:
        question: what goals ask, after "Who complains".
        words: a pattern of the words that no other review of the product may have.
        mentions: sentences that make the complaint.
        denials: sentences that speak of it and deny it.
    """

    question: str
    words: re.Pattern[str]
    mentions: Sequence[str]
    denials: Sequence[str]


def words(*parts: str) -> re.Pattern[str]:
    """A pattern of any of these beginnings of words."""
    return re.compile(rf"\b({'|'.join(parts)})", re.IGNORECASE)


TOPICS = (
    Topic(
        question="about a bad smell",
        words=words("smell", "odour", "stink", "stank"),
        mentions=(
            "It had a sharp chemical smell for days.",
            "Be warned that it smells: we had to air the whole room.",
            "The odour out of the parcel was hard to bear.",
            "My first thought was that it stinks, and it still does.",
        ),
        denials=(
            "There is no smell at all, which I had feared.",
            "Others write of a bad smell; mine has none.",
            "It does not smell, whatever people say.",
        ),
    ),
    Topic(
        question="that a part was missing",
        words=words("missing", "incomplete", "complete", "left out", "parts?"),
        mentions=(
            "One part was missing, and it took a week to get it.",
            "Mine came incomplete, so I had to write to the shop.",
            "A small but needed part had been left out.",
            "They forgot to put in one of the parts.",
        ),
        denials=(
            "Nothing was missing, I counted twice.",
            "It was complete, down to the last part.",
            "No part was left out of mine, contrary to what I had read.",
        ),
    ),
    Topic(
        question="about the instructions",
        words=words("instruction", "manual", "leaflet"),
        mentions=(
            "The instructions made no sense to me.",
            "Whoever wrote the manual has never seen one of these.",
            "I gave up on the leaflet after the second page, it is a riddle.",
            "Three of us could not follow the instructions.",
        ),
        denials=(
            "I cannot complain about the instructions, they were clear from the first line.",
            "There is nothing wrong with the manual, by the way.",
            "The leaflet is short and easy to follow.",
        ),
    ),
    Topic(
        question="about a sticker that is hard to remove",
        words=words("sticker", "glue", "peel"),
        mentions=(
            "The sticker would not come off without hot water.",
            "It took me an hour to scrape the sticker away.",
            "There is still glue where the sticker was.",
            "Why use a sticker that leaves half of itself behind?",
        ),
        denials=(
            "The sticker came off in one go.",
            "I had no trouble with the sticker that others write about.",
            "There was no glue left once I had taken off the sticker.",
        ),
    ),
    Topic(
        question="that the box arrived damaged",
        words=words("box", "carton", "dent"),
        mentions=(
            "The box was torn open when it came.",
            "Its carton arrived crushed on one side.",
            "It reached me in a box with a hole that I could put my hand through.",
            "The carton was wet and had come apart.",
        ),
        denials=(
            "The box had not a single dent.",
            "There was no damage to the carton whatsoever.",
            "I was told to expect a damaged box, but it was perfect.",
        ),
    ),
    Topic(
        question="that it is cheaper in another shop",
        words=words("cheaper", "for less", "less for", "another shop"),
        mentions=(
            "A week later I saw it for less in another shop.",
            "It is cheaper elsewhere, as I found out too late.",
            "My neighbour paid a third less for the same thing in another shop.",
            "Look around before you buy: I have found it cheaper since.",
        ),
        denials=(
            "I could not find it cheaper anywhere.",
            "Nobody sells it for less, I have looked.",
            "No other shop has it cheaper, so I am content with the price.",
        ),
    ),
)
FRAMES = (
    "{} Apart from that there is little to tell.",
    "I have had it since the spring. {}",
    "We use it most days. {} That is all I can say.",
    "{} I thought about it for a while before I wrote this.",
    "Bought for the house, used by everybody. {}",
    "{} My sister is of the same opinion.",
)
"""What set-up reviews say besides."""
