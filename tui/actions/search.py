"""Actions of the search tab."""

from __future__ import annotations

from tui.actions.action import Action, rows
from tui.actions.disabled import no_instance
from tui.actions.place import Place

SEARCH = (
    Action(
        "search.query",
        "/",
        "Search query",
        "Type what to look for; enter sends it, up and down bring back what was sent before.",
        Place.SEARCH,
        hint="query",
        run="query",
    ),
    Action(
        "search.options",
        "o",
        "Search options",
        "Results, threshold, retrieval, filter.",
        Place.SEARCH,
        hint="options",
        run="options",
    ),
    Action(
        "search.mode",
        "a",
        "Search or ask",
        "Search for chunks, or ask for an answer.",
        Place.SEARCH,
        hint="ask",
        run="mode",
    ),
    Action(
        "search.recall",
        "h",
        "Earlier queries",
        "The last 50 queries of this profile: enter takes one up again, del removes it.",
        Place.SEARCH,
        hint="earlier",
        run="recall",
    ),
    Action(
        "search.beside",
        "b",
        "Search in two",
        "The same query against a second instance: the two marked ones, or one to pick.",
        Place.SEARCH,
        hint="side by side",
        reason=no_instance,
        run="beside",
    ),
    *rows(
        Place.SEARCH,
        ("item", "l", "Go to the item", "To the item of this chunk."),
        ("stop", "x", "Stop the answer", "Do not wait for the rest of the answer; so does a step back."),
        ("text-down", ">", "Chunk text down", "Scroll the text below the table down."),
        ("text-up", "<", "Chunk text up", "Scroll the text below the table up."),
        ("next-tab", "right", "Next tab", "Next tab."),
        ("previous-tab", "left", "Previous tab", "Previous tab."),
    ),
    Action(
        "beside.query", "/", "Type a query", "Type it; enter sends it to both.", Place.BESIDE, hint="query", run="query"
    ),
    Action(
        "beside.options", "o", "Options", "The options of both searches.", Place.BESIDE, hint="options", run="options"
    ),
    Action(
        "beside.switch",
        "tab,shift+tab,left,right",
        "Other side",
        "To the other side.",
        Place.BESIDE,
        hint="side",
        run="switch",
    ),
    *rows(
        Place.BESIDE,
        ("text-down", ">", "Text down", "Scroll the text below the table down."),
        ("text-up", "<", "Text up", "Scroll the text below the table up."),
    ),
)
