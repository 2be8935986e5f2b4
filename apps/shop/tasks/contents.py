"""What the changes of a table come to, by content: a row that was taken away and put back is no change."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from gristmill.snapshots.diff import ChangeKind, Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, described

Content = tuple[tuple[str, SqlValue], ...]
Expected = Sequence[Mapping[str, SqlValue]]


class Contents:
    """The rows of a table that came and went. One made again under another number did neither.

    Args:
        leaving_out: columns that a row made again need not share with the one before.
    """

    def __init__(self, evidence: Evidence, table: str, leaving_out: Collection[str] = ("id",)) -> None:
        self._table, self._leaving_out = table, frozenset(leaving_out)
        self._changes = [change for change in evidence.diff.changes if change.table == table]
        before = Counter(self._content(change.before) for change in self._changes if change.before)
        after = Counter(self._content(change.after) for change in self._changes if change.after)
        self.came, self.went = after - before, before - after

    def amount_to(self, name: str, *, came: Expected = (), went: Expected = ()) -> Check:
        """Check that exactly these rows came and went; others than the columns given are free."""
        is_right = fits_all(self.came, came) and fits_all(self.went, went)
        return check(name, is_right, described(self._changes))

    def allowed(self, *, came: Expected = (), went: Expected = ()) -> Allowance:
        """Allow changes that come to such rows, and rows that were put back."""

        def is_free(row: Row | None, counted: Counter[Content], expected: Expected) -> bool:
            content = self._content(row) if row else None
            return content is None or content not in counted or any(fits(content, each) for each in expected)

        def covers(change: RowChange) -> bool:
            return (
                change.table == self._table
                and not self._is_touched(change)
                and is_free(change.after, self.came, came)
                and is_free(change.before, self.went, went)
            )

        return Allowance(fits=covers)

    def _is_touched(self, change: RowChange) -> bool:
        """Whether a row stayed, but a column of it that is left out did not."""
        if change.kind is not ChangeKind.UPDATED or change.before is None or change.after is None:
            return False
        return self._content(change.before) == self._content(change.after)

    def _content(self, row: Row) -> Content:
        return tuple(sorted((k, v) for k, v in row.items() if k not in self._leaving_out))


def fits_all(found: Counter[Content], expected: Expected) -> bool:
    """Whether each row found is one of those expected, and the other way round."""
    left = list(found.elements())
    for each in expected:
        same = next((content for content in left if fits(content, each)), None)
        if same is None:
            return False
        left.remove(same)
    return not left


def fits(content: Content, expected: Mapping[str, SqlValue]) -> bool:
    """Whether a row has these values."""
    return expected.items() <= dict(content).items()
