"""Building blocks of app clones. README.md lists them; the common ones can be imported from here.

Names are imported on first access, so that `gristmill.apps.base` can import modules of the kit.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.apps.kit.current_user import current_account as current_account
    from gristmill.apps.kit.current_user import current_person as current_person
    from gristmill.apps.kit.flask_app import create_flask_app as create_flask_app
    from gristmill.apps.kit.flask_app import world as world
    from gristmill.apps.kit.forms import FormError as FormError
    from gristmill.apps.kit.letters import send_letter as send_letter
    from gristmill.apps.kit.oracle_page import OraclePage as OraclePage
    from gristmill.apps.kit.sampling import Sampler as Sampler
    from gristmill.apps.server.database import db as db
    from gristmill.errors import TargetGone as TargetGone
    from gristmill.errors import Unwinnable as Unwinnable
    from gristmill.verifiers.answers import answers_day as answers_day
    from gristmill.verifiers.answers import answers_money as answers_money
    from gristmill.verifiers.answers import answers_name as answers_name
    from gristmill.verifiers.answers import answers_names as answers_names
    from gristmill.verifiers.answers import answers_number as answers_number
    from gristmill.verifiers.checks import Allowance as Allowance
    from gristmill.verifiers.checks import check as check
    from gristmill.verifiers.checks import deletes as deletes
    from gristmill.verifiers.checks import inserts as inserts
    from gristmill.verifiers.checks import nothing_else_changed as nothing_else_changed
    from gristmill.verifiers.checks import row_inserted as row_inserted
    from gristmill.verifiers.checks import row_updated as row_updated
    from gristmill.verifiers.checks import rows_inserted as rows_inserted
    from gristmill.verifiers.checks import term as term
    from gristmill.verifiers.checks import trap as trap
    from gristmill.verifiers.checks import updates as updates
    from gristmill.verifiers.rows import RowView as RowView
    from gristmill.verifiers.rows import equal_columns as equal_columns
    from gristmill.verifiers.rows import named as named
    from gristmill.verifiers.rows import only_inserted as only_inserted
    from gristmill.verifiers.visits import opened as opened
    from gristmill.verifiers.visits import unchanged as unchanged

FACADE = {
    "Allowance": "verifiers.checks",
    "FormError": "apps.kit.forms",
    "OraclePage": "apps.kit.oracle_page",
    "RowView": "verifiers.rows",
    "Sampler": "apps.kit.sampling",
    "TargetGone": "errors",
    "Unwinnable": "errors",
    "answers_day": "verifiers.answers",
    "answers_money": "verifiers.answers",
    "answers_name": "verifiers.answers",
    "answers_names": "verifiers.answers",
    "answers_number": "verifiers.answers",
    "check": "verifiers.checks",
    "create_flask_app": "apps.kit.flask_app",
    "current_account": "apps.kit.current_user",
    "current_person": "apps.kit.current_user",
    "db": "apps.server.database",
    "deletes": "verifiers.checks",
    "equal_columns": "verifiers.rows",
    "inserts": "verifiers.checks",
    "named": "verifiers.rows",
    "nothing_else_changed": "verifiers.checks",
    "only_inserted": "verifiers.rows",
    "opened": "verifiers.visits",
    "row_inserted": "verifiers.checks",
    "row_updated": "verifiers.checks",
    "rows_inserted": "verifiers.checks",
    "send_letter": "apps.kit.letters",
    "term": "verifiers.checks",
    "trap": "verifiers.checks",
    "unchanged": "verifiers.visits",
    "updates": "verifiers.checks",
    "world": "apps.kit.flask_app",
}
"""Public names, and the module that defines each."""

__all__ = [*FACADE]


def __getattr__(name: str) -> Any:
    if name not in FACADE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"gristmill.{FACADE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *FACADE})
