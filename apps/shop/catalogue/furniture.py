"""Furniture & Lighting."""

from gristmill.apps.shop.catalogue.colours import METALS, MUTED, NEUTRALS, WOODS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

FURNITURE = DepartmentData(
    slug="furniture",
    name="Furniture & Lighting",
    blurb="Chairs, shelves, lamps and clocks that make a room yours.",
    closings=(
        "It comes flat-packed and goes together in about twenty minutes.",
        "Designed by {brand} for small rooms and long evenings.",
        "Pairs well with the rest of the {line} range.",
        "Spare parts are available for ten years.",
    ),
    praise=(
        "It was easy to put together, even alone.", "The colour suits our living room perfectly.",
        "Solid, with no wobble at all.", "It makes the whole corner look finished.",
        "The wood has a beautiful grain.", "Guests always comment on it.",
    ),
    gripes=(
        "One of the screws was missing.", "The instructions could be clearer.",
        "It arrived with a scratch underneath.", "It is slightly smaller than it looks online.",
        "It smelled of varnish for the first days.",
    ),
    kinds=(
        Kind(
            name="desk lamp", shape="lamp", low_usd=32, high_usd=98,
            styles=("Jointed", "Curved", "Adjustable", "Slender"),
            colours=("Black", "White", "Brass", "Teal", "Coral", "Sage"), accents=("Brass", "Steel", "Oak"),
            openings=(
                "{A} desk lamp that puts the light on the page and not in your eyes.",
                "The {line} bends where you want it and stays there.",
            ),
            details=(
                "The shade turns through a full circle.",
                "A dimmer on the cord goes from reading light to night light.",
                "Its heavy foot takes up no more room than a saucer.",
            ),
            highlights=("Dimmer on the cord", "Warm white bulb included", "Cord 1.8 m long",
                        "Shade turns 360\u00b0"),
        ),
        Kind(
            name="floor lamp", shape="floorlamp", low_usd=69, high_usd=210,
            styles=("Slim", "Tripod", "Linen", "Three-Legged"),
            colours=("Cream", "White", "Black", "Mustard", "Slate"), accents=WOODS,
            openings=(
                "{A} floor lamp that fills a dark corner with a soft, even light.",
                "Stand the {line} beside a sofa and the evening starts an hour earlier.",
            ),
            details=(
                "The fabric shade hides the bulb from every seat.",
                "A foot switch saves you from bending down.",
                "The stand comes apart into three pieces for moving house.",
            ),
            highlights=("Foot switch", "Washable fabric shade", "Stable on carpet", "For bulbs up to 12 W"),
        ),
        Kind(
            name="chair", shape="chair", low_usd=79, high_usd=240,
            styles=("Oak", "Upholstered", "Spindle", "Cushioned"),
            colours=("Oat", "Sage", "Navy", "Clay", "Charcoal", "Mustard"), accents=WOODS,
            openings=(
                "{A} chair with a back that gives a little when you lean into it.",
                "For dinner or a long read, the {line} is a chair that you can move with one hand.",
            ),
            details=(
                "The seat is slightly dished, which you notice after an hour.",
                "Felt feet protect wooden floors.", "All joints are glued and pegged, not only screwed.",
            ),
            highlights=("Carries up to 130 kg", "Felt feet included", "Seat height 46 cm",
                        "Solid hardwood legs"),
        ),
        Kind(
            name="stool", shape="stool", low_usd=39, high_usd=110,
            styles=("Beech", "Padded", "Four-Legged", "Upholstered"),
            scale=Scale(sizes=("45 cm", "65 cm", "75 cm"), step_percent=18), colours=MUTED, accents=WOODS,
            openings=(
                "{A} stool that serves as seat, step and side table in turn.",
                "Small enough for any kitchen, {a} stool that is at home under a counter.",
            ),
            details=(
                "The top is rounded off so that it is comfortable without a cushion.",
                "A foot rail keeps taller people happy.", "Its legs splay just enough to stand firm.",
            ),
            highlights=("No tools needed", "Carries up to 120 kg", "Rounded edges", "Stands firm on tiles"),
        ),
        Kind(
            name="shelf", shape="shelf", low_usd=35, high_usd=130,
            styles=("Open", "Ladder", "Tall", "Leaning"),
            scale=Scale(sizes=("60 cm", "80 cm", "100 cm"), step_percent=25),
            colours=("Oak", "Birch", "Walnut", "White", "Black"),
            accents=METALS,
            openings=(
                "{A} shelf for the books you read and the objects you like to look at.",
                "The {line} gives an empty wall something to do.",
            ),
            details=(
                "The uprights take up hardly any room.", "Each board carries 15 kg without bending.",
                "The back edge has a notch for cables.",
            ),
            highlights=("15 kg a board", "Fixings for brick and plaster included", "Cable notch",
                        "Oiled surface"),
        ),
        Kind(
            name="side table", shape="table", low_usd=49, high_usd=160,
            styles=("Nesting", "Round", "Tray", "Pedestal"),
            scale=Scale(sizes=("40 cm", "50 cm"), step_percent=20), colours=NEUTRALS, accents=WOODS,
            openings=(
                "{A} side table for a lamp, a cup and a book: all that an evening needs.",
                "The {line} slips over the arm of a sofa or stands on its own.",
            ),
            details=(
                "The raised rim stops pencils from rolling off.",
                "Its surface shrugs off hot cups and red wine.",
                "It weighs less than four kilos and is easy to move.",
            ),
            highlights=("Heat-resistant top", "Raised rim", "Adjustable feet", "Assembled in five minutes"),
        ),
        Kind(
            name="wall clock", shape="clock", low_usd=25, high_usd=89,
            styles=("Silent", "Station", "Wooden", "Minimal"),
            scale=Scale(sizes=("25 cm", "35 cm"), step_percent=30),
            colours=("White", "Black", "Sage", "Coral", "Oak", "Navy"),
            accents=("Brass", "Black", "Walnut"),
            openings=(
                "{A} wall clock that can be read from the far end of the room.",
                "No ticking, no numbers too many: the {line} tells the time and nothing else.",
            ),
            details=(
                "A sweeping movement makes it quiet enough for bedrooms.",
                "The glass is matt and does not mirror windows.",
                "One battery lasts about two years.",
            ),
            highlights=("Sweeping, silent movement", "Anti-glare glass", "Runs on one AA battery",
                        "Hangs on a single nail"),
        ),
        Kind(
            name="pendant light", shape="pendant", low_usd=45, high_usd=150,
            styles=("Opal", "Enamel", "Rattan", "Pleated"),
            scale=Scale(sizes=("25 cm", "35 cm", "45 cm"), step_percent=22),
            colours=("White", "Black", "Mustard", "Forest", "Rose"),
            accents=METALS,
            openings=(
                "{A} pendant that draws everyone to the table beneath it.",
                "Hung low over a counter or high in a hall, {a} shade gives a glow without glare.",
            ),
            details=(
                "The textile cable can be shortened without tools.", "The inside is painted a warm white.",
                "Three of them in a row look better still.",
            ),
            highlights=("2 m textile cable", "Ceiling cup included", "Fits standard bulbs",
                        "Warm white inside"),
        ),
    ),
)  # fmt: skip
