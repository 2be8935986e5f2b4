import pytest

from gristmill.apps.shop.catalogue import DEPARTMENTS
from gristmill.apps.shop.services.sizes import in_size_order

SCALES = sorted(
    {kind.scale.sizes for department in DEPARTMENTS for kind in department.kinds if kind.scale.sizes}
)


@pytest.mark.parametrize("sizes", SCALES, ids="-".join)
def test_every_scale_of_the_catalogue_is_put_in_its_order(sizes: tuple[str, ...]) -> None:
    assert in_size_order(sizes) == list(sizes)
    assert in_size_order(sizes[::-1]) in (list(sizes), list(sizes[::-1]))


@pytest.mark.parametrize(
    ("mixed", "ordered"),
    [
        (["XL", "S", "L", "M"], ["S", "M", "L", "XL"]),
        (["Large", "Small", "Medium"], ["Small", "Medium", "Large"]),
        (["10", "9", "11"], ["9", "10", "11"]),
        (["1 l", "500 ml", "0.5 l"], ["500 ml", "0.5 l", "1 l"]),
        (["160 x 230 cm", "80 x 150 cm"], ["80 x 150 cm", "160 x 230 cm"]),
        (["Size 5", "Size 3"], ["Size 3", "Size 5"]),
        (["A4", "A6", "A5"], ["A6", "A5", "A4"]),
    ],
)
def test_sizes_go_from_small_to_large(mixed: list[str], ordered: list[str]) -> None:
    assert in_size_order(mixed) == ordered


def test_sizes_that_say_nothing_stay_as_they_came() -> None:
    assert in_size_order(["Paperback", "Hardcover", "S"]) == ["Paperback", "Hardcover", "S"]
