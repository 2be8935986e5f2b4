"""Checks of an app clone's files: scripts, names, docstrings, tables that verifiers name."""

import ast
import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from gristmill.agents.audit.adversaries.substitution import TERMS
from gristmill.apps.base import AppSpec, TaskFamily
from gristmill.apps.world.models import Model
from gristmill.contributions import mappers, place_of
from gristmill.testing.conformance import app_check, family_check
from gristmill.testing.subject import Subject

SCRIPTED = re.compile(
    r"\b(setTimeout|setInterval|requestAnimationFrame|requestIdleCallback|XMLHttpRequest|fetch\s*\()"
)
ENDLESS = re.compile(
    r"\b(new\s+(WebSocket|EventSource|Worker|SharedWorker|RTCPeerConnection|BroadcastChannel)|setInterval)\b"
    r"|http-equiv\s*=\s*[\"']?refresh|hx-trigger\s*=\s*[\"'][^\"']*\b(every|delay|throttle)\b|\bsse-connect\b"
    r"|\bws-connect\b",
    re.IGNORECASE,
)
TABLE_AT = {
    "inserts": 0, "updates": 0, "deletes": 0, "sets": 0, "decreases": 0, "row_inserted": 1, "row_updated": 1,
    "rows_inserted": 1, "only_inserted": 1, "row_before": 1, "row_after": 1, "named": 2,
}  # fmt: skip
"""Which argument of a verifier's functions is a table."""
OF_EVIDENCE = {"all", "get", "inserted", "updated", "deleted"}
EVIDENCE = {"before", "after", "diff"}


@app_check
def scripts_settle(subject: Subject) -> Iterator[str]:
    """Pages use no timers, requests or sources of messages that settling does not know."""
    for path in subject.files(".js", ".html", ".py"):
        text = path.read_text(encoding="utf-8", errors="replace")
        for found in ENDLESS.finditer(text):
            yield (
                f"{path}:{line_of(text, found)} uses {found[0]!r}, for which no page can be waited: show "
                "what changes on the next page that the agent opens, or schedule an event of the world"
            )
        if "scripts" in subject.app.needs or path.suffix != ".js":
            continue
        for found in SCRIPTED.finditer(text):
            yield (
                f"{path}:{line_of(text, found)} uses {found[0]!r}, which the engine `dom` does not run: do "
                "without, or declare needs={'scripts'}"
            )


def line_of(text: str, found: re.Match[str]) -> int:
    """The line in which a match starts."""
    return text.count("\n", 0, found.start()) + 1


@app_check
def names_and_prefixes(subject: Subject) -> Iterator[str]:
    """Task ids start with the app clone's name, its tables with `<name>_`; bookkeeping names its tables."""
    app, own = subject.given, {table.name for table in subject.given.tables}
    for family in app.tasks:
        if app.name in family.apps and family.id.partition("-")[0].lower() != app.name:
            yield f"{place_of(family)}: the id {family.id} must start with {app.name.title()}-"
    prefixes = tuple(f"{name}_" for name in {app.name, *names_beside(subject)})
    for mapper in mappers():
        table = getattr(mapper.local_table, "name", "")
        if is_of(subject, mapper.class_) and not table.startswith(prefixes):
            yield f"{place_of(mapper.class_)}: the table {table} must be called {app.name}_..."
    for table in sorted(app.bookkeeping - own):
        yield f"bookkeeping names {table}, which is no table of {app.name}: {', '.join(sorted(own))}"


def names_beside(subject: Subject) -> Iterator[str]:
    """The names of the app clones in the same package."""
    for module in list(sys.modules.values()):
        if (file := getattr(module, "__file__", None)) and subject.is_own(file):
            yield from (value.name for value in list(vars(module).values()) if isinstance(value, AppSpec))


def is_of(subject: Subject, cls: type) -> bool:
    """Whether a class is defined in the app clone's package."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return file is not None and subject.is_own(file)


@family_check
def docstring(subject: Subject, family: type[TaskFamily]) -> Iterator[str]:
    """The task family says in its docstring what it asks."""
    if not (family.__doc__ or "").strip() or family.__doc__ == TaskFamily.__doc__:
        yield (
            f"{place_of(family)} has no docstring: say in one line what its tasks ask for; "
            "`gristmill list` shows it"
        )


@app_check
def verifiers_name_tables_that_exist(subject: Subject) -> Iterator[str]:
    """Every table that the verifiers name exists."""
    known = set(Model.metadata.tables)
    for path in subject.files(".py"):
        for name, line in named_tables(path):
            if name not in known:
                yield f"{path}:{line} names the table {name!r}, which does not exist{nearest(name, known)}"
    for family in subject.given.tasks:
        for table, column in family.equivalent:
            if table == TERMS:
                continue
            columns = Model.metadata.tables[table].columns if table in known else ()
            if table not in known or (column != "rows" and column not in columns):
                yield f"{place_of(family)}: equivalent names {table}.{column}, which does not exist"


def named_tables(path: Path) -> Iterator[tuple[str, int]]:
    """The tables that a module names where it judges evidence, with lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        argument = table_argument(node) if isinstance(node, ast.Call) else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value, argument.lineno
        elif isinstance(argument, ast.Name) and isinstance(constants.get(argument.id), str):
            yield str(constants[argument.id]), argument.lineno


def table_argument(call: ast.Call) -> ast.expr | None:
    """The argument of a call that names a table, if it has one."""
    function = call.func
    if isinstance(function, ast.Name):
        at = TABLE_AT.get(function.id)
    elif isinstance(function, ast.Attribute) and function.attr in OF_EVIDENCE:
        at = 0 if isinstance(function.value, ast.Attribute) and function.value.attr in EVIDENCE else None
    else:
        at = None
    if at is None:
        return None
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "table"), None)
    return call.args[at] if at < len(call.args) else named


def nearest(name: str, known: set[str]) -> str:
    """A hint at the name that was probably meant."""
    found = get_close_matches(name, known, n=1)
    return f": did you mean {found[0]!r}?" if found else ""
