"""What the shop sells: departments with their kinds of product, and brands. All names are invented."""

from gristmill.apps.shop.catalogue.bags import BAGS
from gristmill.apps.shop.catalogue.bath import BATH
from gristmill.apps.shop.catalogue.brands import BRANDS
from gristmill.apps.shop.catalogue.clothing import CLOTHING
from gristmill.apps.shop.catalogue.electronics import ELECTRONICS
from gristmill.apps.shop.catalogue.furniture import FURNITURE
from gristmill.apps.shop.catalogue.garden import GARDEN
from gristmill.apps.shop.catalogue.home import HOME
from gristmill.apps.shop.catalogue.kitchen import KITCHEN
from gristmill.apps.shop.catalogue.office import OFFICE
from gristmill.apps.shop.catalogue.outdoors import OUTDOORS
from gristmill.apps.shop.catalogue.tools import TOOLS
from gristmill.apps.shop.catalogue.toys import TOYS

DEPARTMENTS = (
    KITCHEN, FURNITURE, HOME, GARDEN, CLOTHING, BAGS, ELECTRONICS, OUTDOORS, OFFICE, TOYS, TOOLS, BATH,
)  # fmt: skip

__all__ = ["BRANDS", "DEPARTMENTS"]
