"""What customers say whatever they bought; `{it}` is the kind of thing, as in "desk lamp"."""

REVIEWERS = (
    "Abel", "Agnes", "Alma", "Amir", "Anouk", "Basil", "Bea", "Bruno", "Cara", "Clive", "Dara", "Dina",
    "Edda", "Emil", "Esra", "Fay", "Femi", "Gwen", "Hal", "Hedda", "Ines", "Isa", "Ivo", "Jana", "Joss",
    "Kaya", "Kit", "Lars", "Leona", "Lotte", "Mabel", "Malik", "Mina", "Nils", "Nora", "Olga", "Otis",
    "Pia", "Priya", "Quinn", "Rafe", "Ravi", "Rosa", "Runa", "Sami", "Selma", "Tess", "Theo", "Uma", "Vera",
    "Wanda", "Will", "Yara", "Yusuf", "Zadie",
)  # fmt: skip

TITLES = {
    5: (
        "Could not be happier", "Exactly what I hoped for", "Bought a second one", "Best {it} I have owned",
        "Worth every cent", "A {it} to keep for years", "Lovely", "Would buy again tomorrow",
        "No complaints at all",
    ),
    4: (
        "Very good, one small thing", "Nearly perfect", "Good {it} for the money", "Solid choice",
        "Happy with it",
        "Does what it should", "Nicer than the photo", "Recommended",
    ),
    3: (
        "It is fine", "Decent but not special", "Mixed feelings", "An average {it}", "Okay for the price",
        "Expected a bit more",
    ),
    2: ("Not for me", "Looks better than it is", "Disappointed", "Wanted to like this {it}", "Think twice"),
    1: ("Sent it back", "Did not last", "Save your money", "Wrong {it} for us", "Very disappointed"),
}  # fmt: skip

OPENERS = {
    5: (
        "I have had this {it} for {time} and would not swap it.",
        "My {relative} has the same one, so I knew what I was getting.",
        "Ordered it for {relative_gift} and ended up ordering another for myself.",
        "This replaced a {it} that I had put up with for far too long.",
        "After {time} of daily use it still looks new.",
        "I read a lot of reviews before buying, and this one lives up to them.",
        "Simply a very good {it}.",
    ),
    4: (
        "I have been using it for {time} and it has settled in nicely.",
        "A good {it}, and it arrived a day early.",
        "Bought on a whim and I am glad I did.",
        "It was a present for {relative_gift}, who likes it a lot.",
        "Almost everything about this {it} is right.",
        "Four stars only because nothing is perfect.",
    ),
    3: (
        "It does the job, no more and no less.",
        "I have used it for {time} and still cannot decide.",
        "Neither good nor bad as a {it}.",
        "Some things I like, some I do not.",
        "For the price I had expected slightly more.",
    ),
    2: (
        "I wanted to like it, I really did.",
        "It looked so good in the pictures.",
        "After {time} I am looking for another {it}.",
        "My {relative} warned me, and was right.",
    ),
    1: (
        "I gave it {time} and then gave up.",
        "This is the first {it} I have ever returned.",
        "Not what I ordered it for.",
        "I rarely write reviews, but others should know.",
    ),
}  # fmt: skip

ENDINGS = {
    5: ("", "", "Delivery was quick too.", "I tell everyone who asks.", "Well done, {brand}.",
        "Ten out of ten.",
        "I will look at what else {brand} makes."),
    4: ("", "", "I would still recommend it.", "Would order from {brand} again.",
        "All in all a good purchase.",
        "Packaging was sensible, mostly paper."),
    3: ("", "It stays, for now.", "Perhaps I picked the wrong one for us.", "Fine as a spare.",
        "At a lower price I would be kinder."),
    2: ("", "I expected better from {brand}.", "I would choose another one next time.",
        "It now lives in the attic."),
    1: ("", "At least the return was easy.", "Customer service was kind about it.", "Never again, sorry."),
}  # fmt: skip

TIMES = ("a week", "two weeks", "a month", "six weeks", "three months", "half a year", "most of a year")
RELATIVES = ("sister", "brother", "neighbour", "mother", "flatmate", "colleague", "daughter", "father-in-law")
GIFTS = ("my sister", "my dad", "a friend", "my partner", "our neighbour", "my niece", "my grandmother")
