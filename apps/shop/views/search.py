"""Search results and department pages: one listing with facets."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request

from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.kit.text_search import close_terms
from gristmill.apps.server.database import db
from gristmill.apps.shop.services import browsing, facets, listing
from gristmill.apps.shop.services.directory import DepartmentEntry, current_directory

bp = Blueprint("search", __name__)


@bp.get("/search")
def results() -> str | tuple[str, int]:
    """Products that match a query, or all of them."""
    return render_listing(None)


@bp.get("/d/<slug>")
def department(slug: str) -> str | tuple[str, int]:
    """Products of one department."""
    return render_listing(current_directory().department(slug) or abort(404))


def render_listing(department: DepartmentEntry | None) -> str | tuple[str, int]:
    """Render the listing for the query string; 422 if one of its fields is invalid."""
    filters, errors = facets.parse(request.args)
    if department is not None:
        filters = filters.without("department")
    directory = current_directory()
    page_number = parse_page(request.args.get("page", ""))
    found = listing.find(db(), filters, page_number, department.slug if department else "")
    page = render_template(
        "shop/search/listing.html",
        department=department,
        heading=heading(department, filters, directory.brands),
        filters=filters,
        typed=request.args,
        errors=errors,
        found=found,
        cards=browsing.cards(db(), found.product_ids),
        sponsored=browsing.cards(db(), found.sponsored_ids) if found.sponsored_ids else (),
        brands=brand_choices(directory.brands, filters, found),
        labels=facets.labels(filters, directory.names),
        ratings=facets.RATINGS,
        sorts=facets.SORTS,
        close_terms=[] if found.total else close_terms(filters.query, directory.suggestions),
        query=filters.query,
    )
    return (page, 422) if errors else page


def heading(department: DepartmentEntry | None, filters: facets.Filters, brands: Mapping[str, str]) -> str:
    """The heading of a listing."""
    if department is not None:
        return department.name
    if filters.query:
        return f"Results for “{filters.query}”"
    named = [brands[slug] for slug in filters.brands if slug in brands]
    return named[0] if len(named) == 1 else "All products"


def brand_choices(
    brands: Mapping[str, str], filters: facets.Filters, found: listing.Listing
) -> list[tuple[str, str, int]]:
    """Slug, name and count of each brand offered: selected ones first, then by frequency."""
    offered = {slug: found.brands.get(slug, 0) for slug in brands}
    choices = [(s, brands[s], n) for s, n in offered.items() if n or s in filters.brands]
    return sorted(choices, key=lambda choice: (choice[0] not in filters.brands, -choice[2], choice[1]))
