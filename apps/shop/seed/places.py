"""Invented streets, cities and pick-up points."""

from gristmill.apps.kit.sampling import Sampler

CITIES = (
    "Wexcombe Falls", "Port Ansley", "Dunmarrow", "Cedarholt", "Lake Verrin", "Halloway Springs",
    "Brightwater Bay",
    "Osterville Heights", "Marrowfield", "Tolland Ridge", "Pinchbeck", "New Harrowgate", "Saint Orrin",
    "Quillan",
    "East Lomond", "Fernley Cross", "Garrison Point", "Hopewell Junction", "Ivybrook", "Kestrel Valley",
)  # fmt: skip
STREETS = (
    "Alder", "Bramble", "Canal", "Dovecote", "Elmhurst", "Foundry", "Granary", "Hawthorn", "Ironbridge",
    "Juniper",
    "Kiln", "Larkspur", "Millrace", "Northgate", "Old Mill", "Poplar", "Quarry", "Rosemary", "Saddler",
    "Tannery",
    "Union", "Vineyard", "Weaver", "Yarrow", "Chandler", "Orchard", "Station", "Harbor", "Chapel",
    "Willowbend",
)  # fmt: skip
WAYS = ("Street", "Avenue", "Road", "Lane", "Court", "Drive", "Terrace", "Way")
POINTS = (
    "Foundry Yard", "Canal Side", "Old Post Office", "Station Arcade", "Northgate Market", "Harbor Hall",
    "Granary Square", "Chapel Corner", "Weaver's Row", "Millrace House", "Orchard Parade", "University Gate",
)  # fmt: skip
HOURS = (
    "Mon\u2013Sat 8 am\u20138 pm",
    "Daily 9 am\u20139 pm",
    "Mon\u2013Fri 7 am\u20137 pm, Sat 9 am\u20134 pm",
    "Daily 6 am\u201311 pm",
)


def address(sampler: Sampler, *, is_work: bool) -> dict[str, object]:
    """Street, city and postcode; work addresses more often have a second line."""
    line2 = ""
    if is_work:
        line2 = f"Floor {sampler.between(2, 14)}"
    elif sampler.chance(35):
        line2 = f"Apt {sampler.between(1, 24)}{sampler.pick('ABCD')}"
    return {"line2": line2, **shopfront(sampler)}


def shopfront(sampler: Sampler) -> dict[str, object]:
    """Street, city and a postcode that starts with the city's own three digits."""
    city = sampler.between(0, len(CITIES) - 1)
    return {
        "line1": f"{sampler.between(2, 980)} {sampler.pick(STREETS)} {sampler.pick(WAYS)}",
        "city": CITIES[city],
        "postcode": f"{204 + 37 * city:03d}{sampler.between(1, 99):02d}",
    }
