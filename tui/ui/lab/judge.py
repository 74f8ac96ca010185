"""Adding a query with its marked hits to a query set, a file of the operator's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tui.errors import UsageError
from tui.models import InstanceKey
from tui.service import Outcome
from tui.system.private_files import MODE, replace_file
from tui.text import plural, safe, visible
from tui.ui.desk import Desk

FILE = "queries.toml"


class JudgeQuery:
    """Nothing is changed on the server; the path that was used last is suggested again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._path = ""

    async def add(self, key: InstanceKey, query: str, items: Sequence[str]) -> None:
        """Ask for the file and the grade, and add the query with these items to it."""
        from tui.ui.lab.judge_dialog import JudgeDialog

        shown = ", ".join(visible(item) for item in items[:3]) + (f" and {len(items) - 3} more" if items[3:] else "")
        facts = (("Instance", str(key)), ("Query", visible(query)), ("Items", shown))
        save = _Save(key, query, tuple(items))
        path = self._path or str(Path.cwd() / FILE)
        done = await self.desk.ask(JudgeDialog(facts, path, save))
        if done is not None:
            self._path = str(save.path)
            self.desk.say(Outcome(done))


class _Save:
    """Adds to the file that was chosen; remembers which."""

    def __init__(self, key: InstanceKey, query: str, items: Sequence[str]) -> None:
        self._key, self._query, self._items = key, query, items
        self.path = Path()

    async def __call__(self, path: Path, grade: int) -> str:
        """Add; a sentence that says so. Raises AppError."""
        self.path = path
        await asyncio.to_thread(add_to_set, path, self._key, self._query, dict.fromkeys(self._items, grade))
        return f"{plural(len(self._items), 'item')} for this query added to {safe(str(path))}"


def add_to_set(path: Path, key: InstanceKey, query: str, items: dict[str, int]) -> None:
    """Add a query to a file, which is made when it is not there. Raises UsageError."""
    from tui.service.lab.query_set import GradedQuery, with_query

    try:
        real = path.resolve()
        old, mode = (real.read_bytes(), real.stat().st_mode & 0o777) if real.exists() else (b"", MODE)
        replace_file(real, with_query(old, GradedQuery(query, items), key), mode=mode)
    except OSError as error:
        raise UsageError("Cannot write the query set", f"{safe(str(path))}: {error.strerror}.") from None
