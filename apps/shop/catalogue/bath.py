"""Bath & Care."""

from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

PASTELS = ("Mint", "Rose", "Lilac", "Sky", "Cream", "Sage", "Coral")

BATH = DepartmentData(
    slug="bath",
    name="Bath & Care",
    blurb="Soaps, oils and bristles for slow mornings.",
    closings=(
        "Mixed in small batches and never tested on animals.",
        "{brand} lists every ingredient, in full, on the label.",
        "The scent of the {line} range is light and does not linger.",
        "A small luxury that lasts for weeks.",
    ),
    praise=(
        "My skin has never felt better.", "The scent is subtle and fresh.", "A little goes a very long way.",
        "It looks beautiful by the basin.", "Even my teenager uses it.", "It does not dry the skin.",
    ),
    gripes=(
        "The scent is stronger than I like.", "It was used up faster than expected.",
        "The lid leaked a little on the way.", "It softens if it lies in water.",
        "It did nothing special for me.",
    ),
    kinds=(
        Kind(
            name="soap", shape="soap", low_usd=5, high_usd=16,
            styles=("Oatmeal", "Lavender", "Sea Salt", "Olive"),
            scale=Scale(sizes=("80 g", "120 g"), step_percent=35, is_content=True), tints=PASTELS,
            accents=("Cream", "White", "Sage"),
            openings=(
                "{A} soap with a dense, creamy lather.",
                "Cut from a long bar and dried for six weeks, the {line} is {a} soap that lasts.",
            ),
            details=(
                "It is made with cold-pressed oils.", "The paper band can go on the compost.",
                "It rinses off without leaving a film.",
            ),
            highlights=("No palm oil", "Dried for six weeks", "Wrapped in paper", "For hands and body"),
        ),
        Kind(
            name="shampoo", shape="pump", low_usd=10, high_usd=28,
            styles=("Nettle", "Rosemary", "Almond", "Chamomile"),
            scale=Scale(sizes=("250 ml", "500 ml", "1 l"), step_percent=50, is_content=True), tints=PASTELS,
            accents=("Charcoal", "Walnut", "Brass"),
            openings=(
                "{A} shampoo that cleans gently and leaves hair light.",
                "Twice a week is enough with the {line}: {a} shampoo for every kind of hair.",
            ),
            details=(
                "It is free of silicones.", "The bottle is made from recycled glass and can be refilled.",
                "One press of the pump is enough for short hair.",
            ),
            highlights=("Refillable bottle", "Free of silicones", "For every day", "Vegan"),
        ),
        Kind(
            name="hand cream", shape="tube", low_usd=8, high_usd=24,
            styles=("Shea", "Calendula", "Almond", "Beeswax"),
            scale=Scale(sizes=("30 ml", "75 ml"), step_percent=60, is_content=True), tints=PASTELS,
            accents=("Brass", "White", "Cream"),
            openings=(
                "{A} hand cream that sinks in before you have picked up your keys.",
                "For gardeners, cooks and all who wash their hands a lot: {a} cream that stays on.",
            ),
            details=(
                "The tube is metal and can be squeezed to the end.", "It leaves no shine.",
                "It is thick enough for elbows and heels.",
            ),
            highlights=("Sinks in quickly", "Metal tube", "No mineral oil", "Light scent"),
        ),
        Kind(
            name="bath brush", shape="brush", low_usd=12, high_usd=36,
            styles=("Classic", "Long-Handled", "Sisal", "Round"),
            colours=("Birch", "Oak", "Walnut", "Sage", "Rose"), accents=("Cream", "Oat", "Tan"),
            openings=(
                "{A} brush that wakes up the skin from neck to heel.",
                "The {line} reaches the middle of the back, which few things do.",
            ),
            details=(
                "The bristles are firm at first and soften in warm water.", "A cotton loop lets it drip dry.",
                "The head comes off for travelling.",
            ),
            highlights=("Natural bristles", "Hanging loop", "Detachable head", "Oiled wood"),
        ),
    ),
)  # fmt: skip
