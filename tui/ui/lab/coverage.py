"""Coverage: asks for a list of what the source should hold, and compares the items of the selected instance with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import NotFound, UsageError
from tui.models import Instance, InstanceKey
from tui.state.store import Reading
from tui.text import safe
from tui.ui.desk import Desk

if TYPE_CHECKING:
    from tui.service.lab.listings import Listed

MOST_BYTES = 256 * 1024 * 1024


class CoverInstance:
    """Reads only: the list, the instance, and all its items, page by page."""

    def __init__(self, desk: Desk, open_item: Callable[[InstanceKey, str], Coroutine[Any, Any, None]]) -> None:
        """`open_item` shows the item with a key."""
        self.desk = desk
        self._open_item = open_item
        self._typed: dict[InstanceKey, str] = {}
        self._file = ""
        self._listed: tuple[Listed, ...] = ()
        self.actions = {"instance.coverage": self.open}

    async def open(self) -> None:
        """Ask for the list, then show how every document of it stands. Raises AppError."""
        from tui.ui.lab.coverage_view import CoverageView, Source

        key, _ = self.desk.state.selected, self.desk.service
        if key is None or not (typed := await self._choose(key)):
            return
        view = CoverageView(self.desk, key, Source(typed, self._listed), open_item=self._open_item, choose=self._again)
        await self.desk.ask(view)

    async def _again(self, key: InstanceKey) -> tuple[str, tuple[Listed, ...]] | None:
        """Another list, for the view that is open."""
        typed = await self._choose(key)
        return (typed, self._listed) if typed else None

    async def _choose(self, key: InstanceKey) -> str | None:
        """Ask for a list and read it; what was typed, None when it was cancelled."""
        from tui.service.lab.sitemap import host_of, is_address
        from tui.ui.lab.list_dialog import ListDialog

        one = self._instance(key)
        hint = "A file with one key a line, the JSON of a bucket listing, or a sitemap."
        if host := host_of(one):
            hint = f"The address of a sitemap of {host}, or a file with one address a line."
        suggested = self._typed.get(key) or self._sitemap(one) or self._file or str(Path.cwd() / "keys.txt")
        dialog = ListDialog(f"What {key.id} should hold", suggested, lambda typed: self._load(one, typed), hint=hint)
        typed = await self.desk.ask(dialog)
        if typed:
            self._typed[key] = typed
            self._file = self._file if is_address(typed) else typed
        return typed

    def _instance(self, key: InstanceKey) -> Instance:
        one = next((one for one in self.desk.state.fleet.value or () if one.key == key), None)
        if one is None:
            raise NotFound("No such instance", f"{key} is no longer in the list.")
        return one

    def _sitemap(self, one: Instance) -> str:
        """The sitemap that the instance reads, as far as its configuration is known, else the usual one."""
        from tui.service.lab.sitemap import host_of

        document = self.desk.state.documents.get(one.key, Reading()).value
        tree: Any = document.shown if document else {}
        for name in ("source_params", "web_crawler", "parse_options", "specific_sitemaps"):
            tree = tree.get(name) if isinstance(tree, dict) else None
        own = [place for place in tree if isinstance(place, str)] if isinstance(tree, list) else []
        host = host_of(one)
        return own[0] if own else f"https://{host}/sitemap.xml" if host else ""

    async def _load(self, one: Instance, typed: str) -> None:
        from tui.service.lab.sitemap import is_address, of_sitemap
        from tui.ui.kit.path_dialog import path_of

        if is_address(typed):
            self._listed = await of_sitemap(one, typed, self.desk.service.open_pages)
        else:
            self._listed = await asyncio.to_thread(_read, path_of(typed))


def _read(path: Path) -> tuple[Listed, ...]:
    """The list in a file. Raises UsageError."""
    from tui.service.lab.listings import read_listing

    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError("Cannot read the list", f"{safe(str(path))}: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise UsageError("The list is too large", f"More than {MOST_BYTES // 1024 // 1024} MiB.")
    return read_listing(data.decode("utf-8-sig", "replace"))
