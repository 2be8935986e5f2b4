"""Sports & Outdoors."""

from gristmill.apps.shop.catalogue.colours import BRIGHTS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

OUTDOORS = DepartmentData(
    slug="outdoors",
    name="Sports & Outdoors",
    blurb="For pitches, trails, campsites and the living-room floor.",
    closings=(
        "Tried out in four seasons before it went on sale.",
        "{brand} replaces worn parts at cost.",
        "The {line} packs small and asks for little.",
        "Made for weekends that start on Friday.",
    ),
    praise=(
        "It has been up three mountains and looks new.", "Light, strong and easy to pack.",
        "It did not let in a drop.", "It fits perfectly and stays put.",
        "The kids fight over it.", "Training is more fun with it.",
    ),
    gripes=(
        "The carry bag is too tight.", "It took a few days to lose its smell.",
        "The strap slips a little.", "It is bulkier than described.",
        "The colour is louder than in the picture.",
    ),
    kinds=(
        Kind(
            name="football", shape="ball", low_usd=18, high_usd=65,
            styles=("Match", "Training", "Street", "Indoor"),
            scale=Scale(sizes=("Size 3", "Size 4", "Size 5"), step_percent=8), colours=("White", *BRIGHTS),
            accents=("Black", "Navy", "Cherry", "Forest"),
            openings=(
                "{A} football that flies straight and takes the rain.",
                "Bonded panels give the {line} a true bounce on any ground.",
            ),
            details=(
                "It keeps its air for weeks.", "The surface has a fine texture for grip in the wet.",
                "Its seams are sealed against water.",
            ),
            highlights=("Sealed seams", "Keeps its air for weeks", "Textured surface",
                        "Pump needle included"),
        ),
        Kind(
            name="tent", shape="tent", low_usd=120, high_usd=390,
            styles=("Ridge", "Dome", "Trekking", "Family"),
            scale=Scale(sizes=("2 persons", "3 persons", "4 persons"), step_percent=25),
            colours=("Forest", "Mustard", "Rust", "Sky", "Sand"), accents=("Cream", "Charcoal", "Coral"),
            openings=(
                "{A} tent that one person can put up in the last light of the day.",
                "The {line} stands up to wind and stays dry from corner to corner.",
            ),
            details=(
                "The poles are colour-coded.", "Two doors mean that nobody climbs over anybody.",
                "The inner tent can be hung alone on warm nights.",
            ),
            highlights=("Waterproof to 3000 mm", "Two doors", "Colour-coded poles", "Mesh against insects"),
        ),
        Kind(
            name="bicycle helmet", shape="helmet", low_usd=39, high_usd=130,
            styles=("Road", "City", "Trail", "Folding"),
            scale=Scale(sizes=("S", "M", "L")), colours=(*BRIGHTS, "Black", "White"),
            accents=("Charcoal", "Cream", "Steel"),
            openings=(
                "{A} helmet that you forget you are wearing until you need it.",
                "The {line} sits low at the back and cool on top.",
            ),
            details=(
                "A dial at the back adjusts it with one hand.", "The pads come out for washing.",
                "The buckle is magnetic and closes by itself.",
            ),
            highlights=("Adjusts with one hand", "Magnetic buckle", "Fourteen air channels",
                        "Rear light built in"),
        ),
        Kind(
            name="yoga mat", shape="mat", low_usd=24, high_usd=80,
            styles=("Cork", "Natural Rubber", "Travel", "Cushioned"),
            scale=Scale(sizes=("4 mm", "6 mm"), step_percent=18),
            colours=("Lilac", "Teal", "Rose", "Moss", "Slate", "Plum"),
            openings=(
                "{A} mat that holds hands and feet in place, even when it gets warm.",
                "Roll out the {line} and the living room is a studio.",
            ),
            details=(
                "It lies flat from the first time.", "The underside grips wood and tiles.",
                "A wipe with a damp cloth is all the care it needs.",
            ),
            highlights=("Non-slip on both sides", "Carry strap included", "183 x 61 cm", "Free of PVC"),
        ),
        Kind(
            name="dumbbell", shape="dumbbell", low_usd=15, high_usd=45,
            styles=("Hex", "Neoprene", "Cast", "Soft-Grip"),
            scale=Scale(sizes=("2 kg", "4 kg", "6 kg", "8 kg"), step_percent=45),
            colours=("Teal", "Coral", "Lilac", "Black", "Sky"),
            accents=("Steel", "Charcoal"),
            openings=(
                "{A} dumbbell that does not roll away and does not mark the floor.",
                "A pair of the {line} and ten minutes a day are a good start.",
            ),
            details=(
                "The grip is slightly thicker in the middle.",
                "The coating stays pleasant to hold in the cold.",
                "The weight is cast in and cannot rub off.",
            ),
            highlights=("Does not roll", "Kind to floors", "Non-slip grip", "Sold singly"),
        ),
        Kind(
            name="sleeping bag", shape="sleepingbag", low_usd=59, high_usd=210,
            styles=("Summer", "Down", "Three-Season", "Mummy"),
            scale=Scale(sizes=("Regular", "Long"), step_percent=12),
            colours=("Navy", "Rust", "Forest", "Teal", "Plum"),
            accents=("Mustard", "Cream", "Coral"),
            openings=(
                "{A} sleeping bag that is warm where you are and light where you carry it.",
                "The {line} has room for your elbows and a hood for the small hours.",
            ),
            details=(
                "The zip has a guard and does not catch.", "Two of them zip together.",
                "A pocket inside keeps a phone warm.",
            ),
            highlights=("Zips to a second one", "Inner pocket", "Packs to 30 cm",
                        "Comfortable down to 4 \u00b0C"),
        ),
    ),
)  # fmt: skip
