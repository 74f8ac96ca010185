"""Actions of the items of an instance: the table, one item, and triage."""

from __future__ import annotations

from tui.actions.action import Action, Reason, rows
from tui.actions.disabled import no_instance
from tui.actions.place import Place
from tui.state.store import State


def no_upload(state: State, now: float) -> str | None:
    """Needs an instance that takes items: each has built-in storage, unless it is paused (api-errors: 7032)."""
    instance = state.instance
    if instance is None or instance.key.nameless:
        return no_instance(state, now)
    if instance.paused:
        return f"{instance.id} is paused and takes no new items: resume it first."
    return None


def no_source(state: State, now: float) -> str | None:
    """Needs an instance with a source: rules of paths are the source's."""
    instance = state.instance
    if instance is None or instance.key.nameless:
        return no_instance(state, now)
    if not instance.has_source:
        return f"{instance.id} has built-in storage only, and no path rules: delete the items instead."
    return None


def _write(
    id: str, key: str, title: str, text: str, place: Place, hint: str = "", reason: Reason = no_instance
) -> Action:
    run = id.partition(".")[2]
    return Action(id, key, title, text, place, hint=hint, run=run, writes=True, reason=reason)


_TRIAGE_HELP = "The failed items of this instance by cause, with remedies."

ITEMS = (
    Action("instance.triage", "i", "Triage", _TRIAGE_HELP, hint="triage", reason=no_instance),
    Action(
        "app.triage",
        ";",
        "Triage of all",
        "The failed items of all instances by cause, and their re-sync; says what reading them costs.",
    ),
    Action(
        "items.search", "/", "Search", "Part of the key; the server searches.", Place.ITEMS, hint="search", run="search"
    ),
    Action(
        "items.filter",
        "f",
        "Filter",
        "One status or one source only, or all.",
        Place.ITEMS,
        hint="status",
        run="filter",
    ),
    Action(
        "items.order",
        "o",
        "Order",
        "Failed first, then by status; or the last changed first.",
        Place.ITEMS,
        run="order",
    ),
    _write("items.resync", "T", "Re-sync", "Index the marked items, or this one, again.", Place.ITEMS, "re-sync"),
    _write("items.upload", "U", "Upload", "Upload files to built-in storage.", Place.ITEMS, "upload", no_upload),
    _write(
        "items.index",
        "I",
        "Index a key",
        "Index one document by its key, now.",
        Place.ITEMS,
        "",
        no_upload,
    ),
    _write("items.delete", "D", "Delete item", "Delete the marked items, or this one.", Place.ITEMS, "delete item"),
    Action(
        "items.download",
        "d",
        "Download",
        "Save a document of built-in storage.",
        Place.ITEMS,
        reason=no_instance,
        run="download",
    ),
    *rows(
        Place.ITEMS,
        ("next-tab", "right", "Next tab", "Next tab."),
        ("previous-tab", "left", "Previous tab", "Previous tab."),
    ),
)
VIEWS = (
    Action("view.close", "q,escape", "Close", "Back.", Place.VIEW, hint="back", run="close"),
    Action("view.help", "?,f1", "Help", "The keys of this view.", Place.VIEW, hint="help", run="help"),
    Action(
        "view.errors",
        "!",
        "Errors, outcomes",
        "The errors and the last fifty outcomes.",
        Place.VIEW,
        run="app.run_on_main('app.errors')",
    ),
    Action(
        "view.batch",
        "_",
        "Background work",
        "What runs in the background, or ran last.",
        Place.VIEW,
        run="app.run_on_main('app.batch')",
    ),
    Action(
        "view.refresh",
        "r,R,ctrl+r",
        "Refresh",
        "Read everything in this view again.",
        Place.VIEW,
        hint="refresh",
        run="read_again",
    ),
    Action(
        "item.next-part", "],right,tab", "Next part", "Log, chunks.", Place.ITEM, hint="log, chunks", run="next_part"
    ),
    Action("item.previous-part", "[,left,shift+tab", "Previous part", "Log, chunks.", Place.ITEM, run="previous_part"),
    _write("item.resync", "T", "Re-sync", "Index this item again.", Place.ITEM, "re-sync"),
    _write("item.delete", "D", "Delete item", "Delete this item.", Place.ITEM, "delete"),
    Action(
        "item.download",
        "d",
        "Download",
        "Save the document.",
        Place.ITEM,
        hint="download",
        reason=no_instance,
        run="download",
    ),
    Action(
        "triage.switch",
        "tab,shift+tab",
        "Causes, items",
        "Causes, items.",
        Place.TRIAGE,
        hint="causes, items",
        run="switch",
    ),
    _write(
        "triage.resync",
        "T",
        "Re-sync",
        "Index all items of the cause again; on the first row every failed item.",
        Place.TRIAGE,
        "re-sync",
    ),
    _write(
        "triage.exclude",
        "X",
        "Exclude",
        "To the form, with a path rule filled in that leaves these documents out of the source.",
        Place.TRIAGE,
        "exclude",
        no_source,
    ),
    Action(
        "fleet.switch",
        "tab,shift+tab",
        "Causes, instances",
        "Causes, instances.",
        Place.FLEET,
        hint="causes, instances",
        run="switch",
    ),
    Action(
        "fleet.resync",
        "T",
        "Re-sync",
        "Index all items of the cause again in all its instances, or in the marked ones.",
        Place.FLEET,
        hint="re-sync",
        run="resync",
        writes=True,
    ),
    Action(
        "triage.more", "m", "Read more", "Read more failed items, where there are very many.", Place.TRIAGE, run="more"
    ),
)
