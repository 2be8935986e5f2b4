"""What a page's tokens say about the things that they stand for."""

from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.tokens import tokens_of

DETAILS = """
- main:
  - heading "Payment" [level=2]
  - generic:
    - term: Card
    - definition: ending in 8311
    - term: Parcel
    - definition:
      - link "CF-6" [ref=e1]
      - text: on its way
    - generic: Thank you
"""
TABLE = """
- main:
  - table "Offers":
    - rowgroup:
      - row "Product Price Rating":
        - columnheader "Product"
        - columnheader "Price"
        - columnheader "Rating"
    - rowgroup:
      - row "Teapot $12 4.5":
        - rowheader "Teapot"
        - cell "$12"
        - cell:
          - link "4.5" [ref=e2]
        - cell "beyond the headers"
  - table "Plain":
    - row "one":
      - cell "no header"
"""


def contexts(aria: str) -> dict[str, str]:
    observation = {"goal": "", "url": "http://shop.test/", "title": "", "error": "", "aria": aria.strip("\n")}
    tokens = tokens_of(observation, Memory())  # type: ignore[arg-type]
    return {token.name: token.context for token in tokens if token.role not in {"page"} and token.name}


def test_a_definition_is_about_its_term_and_so_is_what_it_holds() -> None:
    found = contexts(DETAILS)
    assert found["ending in 8311"] == "Card"
    assert (found["CF-6"], found["on its way"]) == ("Parcel", "Parcel")
    assert found["Card"] == found["Thank you"] == "Payment"


def test_a_cell_is_about_its_column() -> None:
    found = contexts(TABLE)
    assert (found["Teapot"], found["$12"], found["4.5"]) == ("Product", "Price", "Rating")
    assert "Price" not in (found["beyond the headers"], found["no header"])
