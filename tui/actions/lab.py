"""Actions of the retrieval lab."""

from __future__ import annotations

from tui.actions.action import Action, rows
from tui.actions.disabled import no_instance
from tui.actions.place import Place

LAB = (
    Action(
        "app.evaluation",
        "#",
        "Evaluation",
        "Run a query set: how well instances and options find, query by query.",
    ),
    Action(
        "instance.coverage",
        "+",
        "Coverage",
        "Compare the items with what the source should hold: a list in a file, or its sitemap.",
        reason=no_instance,
    ),
    Action(
        "search.why",
        "w",
        "Why not found",
        "Why this query finds the item of a hit, or not, and on the page any other; at most 10 requests.",
        Place.SEARCH,
        hint="why",
        reason=no_instance,
        run="why",
    ),
    Action(
        "search.judge",
        "e",
        "Add to a query set",
        "Add the query, with the marked hits or this one as right answers, to a query set.",
        Place.SEARCH,
        reason=no_instance,
        run="judge",
    ),
    Action(
        "items.why",
        "w",
        "Why not found",
        "Why a query finds this item or not, stage by stage; at most 10 requests.",
        Place.ITEMS,
        reason=no_instance,
        run="why",
    ),
    Action(
        "item.why",
        "w",
        "Why not found",
        "Why a query finds this item or not, stage by stage; at most 10 requests.",
        Place.ITEM,
        hint="why",
        run="why",
    ),
    Action(
        "evaluation.why",
        "w",
        "Why not found",
        "Why the arm on the right finds this item or not; for a query, its best answer.",
        Place.EVALUATION,
        hint="why",
        run="why",
    ),
    Action(
        "evaluation.arm",
        "a",
        "Other arm",
        "Compare the next arm with the first.",
        Place.EVALUATION,
        hint="arm",
        run="arm",
    ),
    Action(
        "evaluation.baseline",
        "b",
        "Baseline",
        "Compare with a run that was kept in a file; again: with the first arm.",
        Place.EVALUATION,
        hint="baseline",
        run="baseline",
    ),
    Action("evaluation.set", "o", "Query set", "Choose another query set.", Place.EVALUATION, hint="set", run="set"),
    Action(
        "evaluation.keep", "f", "Keep the run", "Keep this run in a file.", Place.EVALUATION, hint="keep", run="keep"
    ),
    Action(
        "coverage.list",
        "o",
        "Another list",
        "Compare with another file, or with a sitemap of the instance's own website.",
        Place.COVERAGE,
        hint="list",
        run="list",
    ),
    *rows(Place.COVERAGE, ("all", "a", "All, or not", "Also what is indexed, or only what is not.")),
    *rows(
        Place.EVALUATION,
        ("switch", "tab,right", "Next table", "Queries, hits of the first, hits of the second."),
        ("switch-back", "shift+tab,left", "Previous table", "The previous table.", "switch_back"),
        ("stop", "x", "Stop", "Stop the run; what is known stays."),
    ),
)
