"""The tabs of the detail pane, one file each; what each imports is loaded when the tabs are made."""

from __future__ import annotations

from collections.abc import Iterator

from tui.ui.kit.tab import DetailTab

LABELS = ("Overview", "Config", "Items", "Search", "JSON")
"""The tabs from left to right."""


def behind() -> Iterator[DetailTab]:
    """New tabs, all but the first."""
    from tui.ui.instances.text_tabs import ConfigTab, JsonTab
    from tui.ui.items.tab import ItemsTab
    from tui.ui.search.tab import SearchTab

    yield from (ConfigTab(), ItemsTab(), SearchTab(), JsonTab())
