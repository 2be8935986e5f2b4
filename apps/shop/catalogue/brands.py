"""The brands the shop carries. All are invented."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class BrandData:
    """A brand: the slugs of the departments it sells in, and the names of its product lines."""

    name: str
    departments: tuple[str, ...]
    lines: tuple[str, ...]


def _brand(name: str, departments: str, lines: str) -> BrandData:
    return BrandData(name=name, departments=tuple(departments.split()), lines=tuple(lines.split()))


BRANDS = (
    _brand("Pellworth", "kitchen", "Tansy Harrow Bexley Odell Winnow"),
    _brand("Okenmere", "kitchen", "Larder Ember Cressy Tolland Marl"),
    _brand("Saltrune", "kitchen", "Skerry Brack Tidal Fathom Osprey"),
    _brand("Tivvery", "kitchen home", "Posy Dimple Clove Merrin Sorrel"),
    _brand("Brunnsted", "kitchen furniture", "Holm Aske Viken Lund Dale"),
    _brand("Hallmoor", "furniture", "Garrick Elsdon Marsden Thorpe Kelso"),
    _brand("Lindrake", "furniture", "Haldon Ivor Corran Sele Rowley"),
    _brand("Eskholt", "furniture", "Stave Norrin Ystad Tova Birger"),
    _brand("Vessary", "furniture home", "Orla Camber Fleur Solenne Mirel"),
    _brand("Glimmerick", "furniture", "Lumen Candela Dusk Halo Wick"),
    _brand("Wooldane", "home clothing", "Heddle Shear Fleece Tweel Carder"),
    _brand("Loomister", "home", "Warp Selvedge Bobbin Twill Damson"),
    _brand("Dovemarl", "home", "Hush Lull Eider Nestle Drowse"),
    _brand("Ostrelle", "home bath", "Amarie Celan Isolde Vanna Lisette"),
    _brand("Fernwhit", "garden", "Bracken Frond Hollow Spindle Yarrow"),
    _brand("Loamwick", "garden", "Furrow Tilth Barrow Sedge Mulch"),
    _brand("Verdlow", "garden", "Trellis Arbour Pergola Verge Copse"),
    _brand("Rootsome", "garden toys", "Radish Pipkin Acorn Tuber Burr"),
    _brand("Trowelby", "garden tools", "Spadely Grange Croft Dibber Hedgerow"),
    _brand("Karrowan", "clothing bags", "Drift Cairn Moorland Squall Tarn"),
    _brand("Tessimund", "clothing", "Avery Linnet Corin Maude Ellery"),
    _brand("Haddlecot", "clothing", "Parson Dunmore Farrow Sexton Ledbury"),
    _brand("Brindlow", "clothing bags", "Chase Pewter Rook Saddler Bramley"),
    _brand("Ullscarth", "clothing outdoors", "Fell Scree Becks Ghyll Pike"),
    _brand("Strydel", "bags", "Pace Lope Canter Amble Gait"),
    _brand("Packmarrow", "bags outdoors", "Nomad Carrier Wander Portage Trove"),
    _brand("Treadlark", "bags outdoors", "Swift Heron Plover Martin Wren"),
    _brand("Satchwick", "bags office", "Folio Courier Ledger Alderman Scholar"),
    _brand("Hexaril", "electronics", "Vertex Prism Lattice Facet Node"),
    _brand("Sonnivar", "electronics", "Cadence Timbre Octave Reverb Treble"),
    _brand("Clickfern", "electronics office", "Tab Keystone Shift Glyph Caret"),
    _brand("Quorvex", "electronics", "Arc Pulse Ion Relay Flux"),
    _brand("Ampelune", "electronics", "Nova Crescent Umbra Zenith Parallax"),
    _brand("Ridgemarl", "outdoors", "Summit Col Traverse Crag Basin"),
    _brand("Trekkavar", "outdoors", "Bivvy Cache Trailhead Ford Beacon"),
    _brand("Zephrun", "outdoors", "Gust Sprint Tempo Stride Breeze"),
    _brand("Inkleby", "office", "Quill Serif Margin Vellum Nib"),
    _brand("Foliomere", "office", "Octavo Preface Chapter Gazette Almanac"),
    _brand("Quirewell", "office", "Ream Deckle Foolscap Sheaf Crease"),
    _brand("Tumblekin", "toys", "Bumble Jumble Tootle Pebble Marble"),
    _brand("Wobblewick", "toys", "Wiggle Noodle Pocket Button Dandy"),
    _brand("Jollimar", "toys", "Galleon Pirouette Carousel Parade Lagoon"),
    _brand("Oddlekin", "toys", "Fidget Riddle Whimsy Quirk Tangle"),
    _brand("Gritstan", "tools", "Anvil Forge Quarry Tungsten Flint"),
    _brand("Boltmarch", "tools", "Torque Ratchet Sergeant Column Bastion"),
    _brand("Ironvetch", "tools", "Smith Rivet Girder Mandrel Crucible"),
    _brand("Tornvise", "tools", "Clamp Bench Joiner Dovetail Mitre"),
    _brand("Lathermoor", "bath", "Foam Heath Brook Peat Clover"),
    _brand("Selvanne", "bath", "Aria Lune Petal Nacre Silk"),
    _brand("Brineberry", "bath", "Kelp Juniper Shoal Samphire Driftwood"),
    _brand("Calmarine", "bath", "Still Haven Repose Balm Quiet"),
)  # fmt: skip
