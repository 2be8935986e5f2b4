"""Electronics."""

from gristmill.apps.shop.catalogue.colours import TECH
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

ELECTRONICS = DepartmentData(
    slug="electronics",
    name="Electronics",
    blurb="Sound, keys, power and time, without the fuss.",
    closings=(
        "No account and no app are needed to use it.",
        "{brand} supplies batteries and spare parts for eight years.",
        "It charges over USB-C, like everything else on your desk.",
        "The {line} was tuned by people who use it every day.",
    ),
    praise=(
        "Set-up took less than a minute.", "The battery really lasts as long as they say.",
        "It looks good and works even better.", "It connects at once, every time.",
        "Build quality is excellent.", "It beats others that cost twice as much.",
    ),
    gripes=(
        "The manual is printed far too small.", "The cable in the box is short.",
        "It lost its connection twice in the first week.", "The status light is too bright at night.",
        "It gets warm when charging.",
    ),
    kinds=(
        Kind(
            name="headphones", shape="headphones", low_usd=49, high_usd=240,
            styles=("Wireless", "Studio", "Noise-Cancelling", "On-Ear"),
            colours=TECH, accents=("Steel", "Copper", "Cognac", "Black"),
            openings=(
                "{style} headphones with a clear middle and a bass that does not boast.",
                "Hours pass under the {line}: {style} headphones that are light on the ears.",
            ),
            details=(
                "The cushions are memory foam and can be replaced.",
                "They fold flat into the case that comes with them.",
                "Real buttons can be found without looking.",
            ),
            highlights=("30 hours of battery", "Replaceable cushions", "Folding, with case",
                        "Works with a cable too"),
        ),
        Kind(
            name="speaker", shape="speaker", low_usd=39, high_usd=190,
            styles=("Bookshelf", "Portable", "Bluetooth", "Waterproof"),
            scale=Scale(sizes=("Mini", "Standard"), step_percent=60), colours=TECH,
            accents=("Brass", "Steel", "Walnut", "Black"),
            openings=(
                "{A} speaker that fills a kitchen and does not shout in a bedroom.",
                "The {line} is small, but it does not sound small.",
            ),
            details=(
                "Two of them play as a stereo pair.", "The big dial on top is a pleasure to turn.",
                "The grille is woven from recycled yarn.",
            ),
            highlights=("12 hours of music", "Pairs in stereo", "Splash-proof", "Analogue volume dial"),
        ),
        Kind(
            name="keyboard", shape="keyboard", low_usd=45, high_usd=160,
            styles=("Mechanical", "Compact", "Silent", "Wireless"),
            scale=Scale(sizes=("75 keys", "87 keys", "104 keys"), step_percent=12), colours=TECH,
            accents=("Coral", "Teal", "Mustard", "Cherry"),
            openings=(
                "{A} keyboard with a crisp, even stroke from corner to corner.",
                "If you write for a living, {a} keyboard like the {line} pays for itself in comfort.",
            ),
            details=(
                "The caps are made of a plastic that does not go shiny.",
                "It remembers three computers and switches with one key.",
                "Its feet give three angles.",
            ),
            highlights=("Swaps between three devices", "Replaceable switches", "Three typing angles",
                        "Detachable cable"),
        ),
        Kind(
            name="watch", shape="watch", low_usd=59, high_usd=260,
            styles=("Automatic", "Digital", "Field", "Fitness"),
            scale=Scale(sizes=("36 mm", "40 mm"), step_percent=8),
            colours=("Black", "Steel", "Navy", "Cognac", "Forest"),
            accents=("Cream", "Cherry", "Brass", "White"),
            openings=(
                "{A} watch with a dial that you can read at a glance, even in the dark.",
                "The {line} is {a} watch that suits a boat as well as a boardroom.",
            ),
            details=(
                "The strap comes off without tools.", "Its glass is domed a little and very hard.",
                "It is water-resistant to 100 metres.",
            ),
            highlights=("Water-resistant to 100 m", "Quick-release strap", "Luminous hands",
                        "Scratch-resistant glass"),
        ),
        Kind(
            name="power bank", shape="powerbank", low_usd=22, high_usd=65,
            styles=("Slim", "Fast-Charging", "Rugged", "Magnetic"),
            scale=Scale(sizes=("5000 mAh", "10000 mAh", "20000 mAh"), step_percent=35), colours=TECH,
            accents=("Lemon", "Teal", "Coral"),
            openings=(
                "{A} power bank that gets a phone through a long weekend.",
                "Always in the bag, rarely thought of: {a} battery that is there when you need it.",
            ),
            details=(
                "Four dots show how much is left.", "It charges two things at once.",
                "Its shell does not slip or scratch the phone it lies against.",
            ),
            highlights=("Charges two devices", "USB-C in and out", "Allowed in hand luggage",
                        "Charge shown in four steps"),
        ),
        Kind(
            name="alarm clock", shape="alarm", low_usd=24, high_usd=75,
            styles=("Twin-Bell", "Bedside", "Travel", "Sunrise"),
            colours=("White", "Mint", "Coral", "Navy", "Mustard", "Graphite"),
            accents=("Brass", "Black", "Steel"),
            openings=(
                "{A} alarm clock that wakes you kindly and only once.",
                "Leave the phone in the hall: the {line} is {a} clock with one job.",
            ),
            details=(
                "The alarm starts softly and grows over a minute.",
                "A tap on the top gives you nine minutes more.",
                "The light can be turned off altogether.",
            ),
            highlights=("Alarm grows gently", "Snooze on the top", "No ticking",
                        "Battery keeps the time in a power cut"),
        ),
    ),
)  # fmt: skip
