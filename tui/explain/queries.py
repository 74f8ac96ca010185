"""Explanations of errors about search and chat."""

from __future__ import annotations

from tui.explain.words import Explanation, Key

QUERIES: dict[Key, Explanation] = {
    (7011, None): Explanation(
        "The model gave no usable answer",
        "Workers AI replied with something that is not an answer.",
        "Ask again; choose another model if it happens often.",
    ),
    (7015, None): Explanation(
        "The filter may only compare for equality inside `or`",
        "An `or` filter takes `eq` conditions and nothing else.",
        "Use `eq` in it, or combine ranges with `and`.",
    ),
    (7016, None): Explanation(
        "The filter mixes fields inside `or`",
        "All conditions of one `or` must be about the same field.",
        "Use one field per `or`, and join several with `and`.",
    ),
    (7019, None): Explanation(
        "Workers AI refused the call",
        "The model turned the request down.",
        "Check the model of the instance and the length of the question.",
    ),
    (7038, None): Explanation(
        "No question in the chat",
        "The conversation has no message of the role `user`.",
        "Type a question first.",
    ),
    (7039, None): Explanation(
        "No search words",
        "The search arrived without a query.",
        "Type what to look for.",
    ),
    (7049, None): Explanation(
        "Part of the search failed",
        "One or more instances of the namespace could not be searched.",
        "Search the instances one by one to find the failing one.",
    ),
    (7057, None): Explanation(
        "A date in the filter is not readable",
        "The value of a date field is neither a timestamp nor an ISO date.",
        "Write it as 2026-03-01T00:00:00Z.",
    ),
    (7058, None): Explanation(
        "The metadata filter is malformed",
        "Its structure, an operator or a type is not what the API takes.",
        "Check the filter against the instance's custom metadata fields.",
    ),
    (7069, None): Explanation(
        "Monthly query quota used up",
        "The account has no searches left this month; trying again does not help.",
        "Wait for the new month, or raise the plan.",
    ),
    (7070, None): Explanation(
        "The instance has no such index",
        "This retrieval type needs an index that the instance does not keep.",
        "Choose another retrieval type, or enable the index under Config (it re-indexes).",
    ),
    (7071, None): Explanation(
        "The instance cannot open its vector index",
        "The service token of the instance is refused by Vectorize. Your own API token is fine.",
        "Update the instance's service token, or choose another one.",
    ),
    (7073, None): Explanation(
        "Every search method failed",
        "Neither vector nor keyword retrieval gave a result.",
        "Try again in a moment; check the instance's status and stats if it stays.",
    ),
    (7074, None): Explanation(
        "Too many instances in one search",
        "A search over a namespace takes at most 10 instances.",
        "Choose fewer instances.",
    ),
    (7080, None): Explanation(
        "The filter cannot be passed on",
        "It holds a value that has no form in JSON.",
        "Use plain text, numbers and true or false in filters.",
    ),
    (7089, None): Explanation(
        "Image search needs the vector index",
        "The instance keeps keywords only, and an image has none.",
        "Search with words, or enable the vector index under Config.",
    ),
}
