"""Explanations of errors about items: uploads, re-syncs, downloads."""

from __future__ import annotations

from tui.explain.words import Explanation, Key

ITEMS: dict[Key, Explanation] = {
    (7032, None): Explanation(
        "The instance is paused",
        "A paused instance takes no new items.",
        "Resume indexing, then upload again.",
    ),
    (7041, None): Explanation(
        "No such item",
        "The item was deleted, or the source does not hold it any more.",
        "Refresh the list of items.",
    ),
    (7042, None): Explanation(
        "Item key taken",
        "An item of this key is already in the instance.",
        "Delete the old item first, or upload under another name.",
    ),
    (7044, None): Explanation(
        "The re-sync could not start",
        "The indexer did not take the item on just now.",
        "Re-sync it once more in a minute.",
    ),
    (7053, None): Explanation(
        "Only for built-in storage",
        "This instance reads an outside source, so items cannot be put into it or removed by hand.",
        "Change the documents in the bucket or on the website, then sync.",
    ),
    (7054, None): Explanation(
        "The file is too large",
        "Built-in storage takes files of at most 4 MB.",
        "Split or compress the document, or keep it in an R2 bucket as the source.",
    ),
    (7055, None): Explanation(
        "The upload has no file",
        "The part of the form that carries the file did not arrive.",
        "Upload again; if it stays, a proxy may be rewriting the request.",
    ),
    (7056, None): Explanation(
        "Metadata is not a JSON object",
        "The metadata of the upload could not be read.",
        'Enter it as an object such as {"team": "docs"}, with text, numbers or true and false.',
    ),
    (7059, None): Explanation(
        "No download from an outside source",
        "The content lives in the bucket or on the website; AI Search keeps only its index.",
        "Fetch the document from its source.",
    ),
    (7060, None): Explanation(
        "File type not supported",
        "The indexer cannot read this kind of content.",
        "Convert it to Markdown, plain text, HTML or PDF.",
    ),
    (7072, None): Explanation(
        "File name too long",
        "The key of an item has at most 128 characters.",
        "Upload it under a shorter name.",
    ),
}
