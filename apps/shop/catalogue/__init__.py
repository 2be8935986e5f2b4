"""What the shop sells: departments with their kinds of product, and brands. All names are invented."""

from gristmill.apps.shop.catalogue.brands import BRANDS
from gristmill.apps.shop.catalogue.furniture import FURNITURE
from gristmill.apps.shop.catalogue.home import HOME
from gristmill.apps.shop.catalogue.kitchen import KITCHEN

DEPARTMENTS = (KITCHEN, FURNITURE, HOME)

__all__ = ["BRANDS", "DEPARTMENTS"]
