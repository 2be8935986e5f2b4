from xml.etree import ElementTree

from gristmill.apps.kit import svg

SHAPES = {
    "rect": svg.rect(0, 0, 10, 10, "#112233", 2),
    "circle": svg.circle(5, 5, 2.5, "#112233"),
    "ellipse": svg.oval(5, 5, 2, 1, "#112233"),
    "path": svg.area("M0 0 L10 10 Z", "#112233") + svg.line("M0 0 L10 10", "#112233", 2),
}


def test_a_document_is_well_formed_and_named_by_its_title() -> None:
    root = ElementTree.fromstring(svg.document(40, 30, 'Salt & "pepper" <set>', "".join(SHAPES.values())))

    assert root.attrib["viewBox"] == "0 0 40 30"
    assert root[0].text == 'Salt & "pepper" <set>'
    assert [child.tag.partition("}")[2] for child in root[1:]] == [
        "rect",
        "circle",
        "ellipse",
        "path",
        "path",
    ]


def test_a_share_of_another_colour_is_mixed_in() -> None:
    assert svg.mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert svg.mixed("#102030", "#ffffff", 0) == "#102030"
    assert svg.mixed("#102030", "#a0b0c0", 1) == "#a0b0c0"


def test_numbers_are_written_as_short_as_they_can_be() -> None:
    assert svg.circle(1.0, 2.50, 3, "#000000") == '<circle cx="1" cy="2.5" r="3" fill="#000000"/>'
    assert "rx" not in svg.rect(0, 0, 1, 1, "#000000")


def test_a_drawing_turns_around_the_point_that_is_given() -> None:
    assert svg.turned(90, "<g/>", x=5, y=6) == '<g transform="rotate(90 5 6)"><g/></g>'


def test_a_ring_has_no_inside() -> None:
    assert ElementTree.fromstring(svg.ring(1, 1, 1, "#000000", 2)).attrib["fill"] == "none"


def test_a_pattern_holds_its_tile() -> None:
    tile = ElementTree.fromstring(svg.pattern("dots", 8, 8, svg.circle(4, 4, 2, "#000000")))

    assert (tile.attrib["id"], len(tile)) == ("dots", 1)
