from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.wrappers.candidates import candidates
from gristmill.envs.wrappers.features import (
    GOAL_BUCKETS,
    NAME_BUCKETS,
    PLACE_BUCKETS,
    ROLES,
    Layout,
    element_features,
    general_features,
    hashed,
)

LAYOUT = Layout(max_elements=4, max_terms=3)
SEEN = {"goal": "Set 2 to Ada", "url": "http://shop.test/cart?a=1", "title": "Cart", "error": ""}


def of_element(line: str, goal: str = "Set 2 to Ada", terms: tuple[str, ...] = ("Ada", "2")) -> list[float]:
    node = parse_aria_snapshot(line).children[0]
    return element_features(LAYOUT, node, candidates(node, goal, terms), goal)


def test_hashes_do_not_depend_on_the_process() -> None:
    assert [bucket for bucket, mark in enumerate(hashed(["cart", "shelf"], 16)) if mark] == [3, 7]


def test_there_are_as_many_features_as_the_layout_says() -> None:
    general = general_features(LAYOUT, SEEN, ["Ada", "2"])
    assert len(general) == LAYOUT.general_size
    assert general[-6:] == [1.0, 1.0, 0.0, 0.0, 1.0, 0.0]
    for line in ('- link "Home" [ref=e1]', '- spinbutton "Quantity" [ref=e2]: "2"'):
        assert len(of_element(line)) == LAYOUT.element_size
    assert LAYOUT.size == LAYOUT.general_size + 4 * LAYOUT.element_size


def test_a_refused_action_shows() -> None:
    place = GOAL_BUCKETS + PLACE_BUCKETS
    refused = general_features(LAYOUT, {**SEEN, "error": "There is no e9."}, [])
    assert (general_features(LAYOUT, SEEN, [])[place], refused[place]) == (0.0, 1.0)


def test_an_element_shows_its_role_its_states_and_what_it_shares_with_the_goal() -> None:
    features = of_element('- checkbox "Ada Park" [checked] [ref=e1]')
    assert features[0] == 1.0
    assert features[1:][: len(ROLES)].index(1.0) == ROLES.index("checkbox")
    after_name = features[1 + len(ROLES) + NAME_BUCKETS :]
    assert after_name[:2] == [0.5, 1.0]


def test_a_box_shows_which_term_it_holds() -> None:
    assert of_element('- spinbutton "Quantity" [ref=e2]: "2"')[-6:] == [1.0, 1.0, 0.0, 0.0, 1.0, 0.0]


def test_a_list_shows_how_well_its_options_fit_and_which_is_chosen() -> None:
    page = '- combobox "Sort" [ref=e2]:\n  - option "Oldest" [selected]\n  - option "Ada first"'
    assert of_element(page)[-6:] == [0.5, 0.0, 0.0, 0.0, 1.0, 0.0]
