"""What views of items ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui.models import InstanceKey, Item
from tui.service.items.triage import Cause


class ItemActions(Protocol):
    """What is done with items: each asks first, and goes on when its view is closed."""

    async def open(self, key: InstanceKey, item: Item) -> None:
        """Show one item in full."""

    async def resync(self, key: InstanceKey, items: Sequence[Item], cause: Cause | None = None) -> None:
        """Index items again; `cause` is why they all failed."""

    async def exclude(self, key: InstanceKey, items: Sequence[Item], cause: Cause) -> None:
        """Have the source leave items out by a path rule; `cause` is why they fail."""

    async def delete(self, key: InstanceKey, items: Sequence[Item]) -> None:
        """Delete items."""

    async def index_key(self, key: InstanceKey) -> None:
        """Ask for a key and have it indexed now."""
        ...

    async def upload(self, key: InstanceKey) -> None:
        """Choose files and send them."""

    async def download(self, key: InstanceKey, item: Item) -> None:
        """Save the document of an item."""

    async def why(self, key: InstanceKey, item: Item) -> None:
        """Say why a query finds an item or not."""

    def saved(self, where: str | None) -> None:
        """Say where something was saved; None: nowhere."""
