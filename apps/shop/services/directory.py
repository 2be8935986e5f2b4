"""The shop's departments, brands and kinds, used by every page's header and by facets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flask import g
from markupsafe import Markup
from sqlalchemy import Connection, literal, select, text, union_all

from gristmill.apps.server.database import db
from gristmill.apps.server.remembered import remembered
from gristmill.apps.shop.catalogue import DEPARTMENTS
from gristmill.apps.shop.models import Brand, Department

_DIRECTORY = union_all(
    select(literal("department"), Department.slug, Department.name, Department.blurb, Department.id),
    select(literal("brand"), Brand.slug, Brand.name, literal(""), literal(0)),
).order_by(text("5, 3"))
# Of the catalogue: shops of every size sell all of them, and a query would read every product.
_KINDS = tuple(sorted(kind.name for department in DEPARTMENTS for kind in department.kinds))


class DepartmentEntry(NamedTuple):
    """A department as shown in navigation."""

    slug: str
    name: str
    blurb: str


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Departments in the shop's order, brands and kinds by name."""

    departments: Sequence[DepartmentEntry]
    brands: Mapping[str, str]
    kinds: Sequence[str]

    @property
    def suggestions(self) -> list[str]:
        """The search box's suggestions."""
        kinds = [kind.capitalize() for kind in self.kinds]
        return [*(department.name for department in self.departments), *self.brands.values(), *kinds]

    @cached_property
    def options(self) -> Markup:
        """The suggestions as `<option>` elements; cached, as they are most of a page's markup."""
        option = Markup('        <option value="{}"></option>\n')
        return Markup("").join(option.format(suggestion) for suggestion in self.suggestions)

    @property
    def names(self) -> dict[str, str]:
        """The names of departments and brands, by slug."""
        return {**self.brands, **{entry.slug: entry.name for entry in self.departments}}

    def department(self, slug: str) -> DepartmentEntry | None:
        """The department with this slug, or None."""
        return next((entry for entry in self.departments if entry.slug == slug), None)


@remembered
def read_directory(connection: Connection) -> Directory:
    """Read the directory; one query."""
    rows: dict[str, list[DepartmentEntry]] = {"department": [], "brand": []}
    for section, slug, name, blurb, _ in connection.execute(_DIRECTORY):
        rows[section].append(DepartmentEntry(slug, name, blurb))
    return Directory(
        departments=tuple(rows["department"]),
        brands={brand.slug: brand.name for brand in rows["brand"]},
        kinds=_KINDS,
    )


def current_directory() -> Directory:
    """The directory; one query per request."""
    if "directory" not in g:
        g.directory = read_directory(db())
    current: Directory = g.directory
    return current
