"""The tabs of the detail pane, one file each; what each imports is loaded when the tabs are made."""

from __future__ import annotations

from collections.abc import Iterator

from tui.ui.panes.tabs.tab import DetailTab

LABELS = ("Overview", "Config", "Items", "Search", "JSON")
"""The tabs from left to right."""


def behind() -> Iterator[DetailTab]:
    """New tabs, all but the first."""
    from tui.ui.panes.tabs.items import ItemsTab
    from tui.ui.panes.tabs.search import SearchTab
    from tui.ui.panes.tabs.text import ConfigTab, JsonTab

    yield from (ConfigTab(), ItemsTab(), SearchTab(), JsonTab())
