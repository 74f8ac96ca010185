"""How the operator likes the instance table: its columns from the configuration, its order from the last time."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec import Struct

from tui.state.instance_rows import COLUMNS, Order
from tui.system.private_files import make_folder, replace_file


class Preferences(Struct, frozen=True):
    """`columns` are ids in the order wanted, empty for the usual ones; `file` remembers the order, None: nothing does.

    A memory that cannot be read or written costs nothing but the order: it is never an error.
    """

    columns: tuple[str, ...] = ()
    file: Path | None = None

    def order(self) -> Order:
        """The order that was remembered, else the usual one."""
        try:
            saved = json.loads(self.file.read_text("utf-8"))["order"] if self.file else {}
            column, reverse = saved.get("column"), saved.get("reverse")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Order()
        return Order(column, bool(reverse)) if column in COLUMNS else Order()

    def remember(self, order: Order) -> None:
        """Keep the order for the next start, in a file of mode 0600 that is swapped in whole."""
        if self.file is None:
            return
        text = json.dumps({"order": {"column": order.column, "reverse": order.reverse}})
        try:
            make_folder(self.file.parent)
            replace_file(self.file, text)
        except OSError:
            return
