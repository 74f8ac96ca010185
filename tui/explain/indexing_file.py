"""Explanations of indexing errors that lie in the document itself."""

from __future__ import annotations

from tui.explain.words import Explanation

FILE_SLUGS: dict[str, Explanation] = {
    "unknown_error": Explanation(
        "Failed without a known reason",
        "The indexer gave up on this document and did not record why.",
        "Re-sync the item. If it fails again, look at its log for the step that broke.",
    ),
    "over_size": Explanation(
        "Document too large",
        "It has more bytes than the indexer reads.",
        "Split or compress it, then sync.",
    ),
    "unsupported_type": Explanation(
        "File type not supported",
        "The indexer has no reader for this kind of file.",
        "Convert it to Markdown, text, HTML or PDF, or exclude it by path.",
    ),
    "file_not_found": Explanation(
        "The document is gone",
        "It was listed, but was not there any more when it was read.",
        "Put it back into the source, then sync; the entry goes away by itself otherwise.",
    ),
    "invalid_url": Explanation(
        "The address is not valid",
        "The link to this document cannot be read as a URL.",
        "Correct the link in the page or sitemap that names it, then sync.",
    ),
    "file_is_corrupt": Explanation(
        "The file is damaged",
        "Its structure is broken, so nothing could be read from it.",
        "Open it to check, export it again and replace it.",
    ),
    "file_is_password_locked": Explanation(
        "The file is locked by a password",
        "Protected documents cannot be read.",
        "Store a copy without the password.",
    ),
    "invalid_pdf": Explanation(
        "Not a valid PDF",
        "The file ends in .pdf, but is no PDF that can be read.",
        "Export it again from its origin and replace it.",
    ),
    "unable_to_convert_to_markdown": Explanation(
        "Conversion to text failed",
        "The converter could not turn this document into Markdown.",
        "Save it in a simpler format; documents made only of scans need OCR.",
    ),
    "markdown_too_large": Explanation(
        "Too much text after conversion",
        "The document became longer than the indexer takes.",
        "Split it into several files.",
    ),
    "markdown_conversion_empty": Explanation(
        "Conversion gave no text",
        "The document was read, but nothing in it is text.",
        "If it is a scan, enable OCR or store a text version; else exclude it.",
    ),
    "file_content_empty": Explanation(
        "The file is empty",
        "There is nothing in it to index.",
        "Fill it, or exclude it by path.",
    ),
    "chunk_too_large_for_storage": Explanation(
        "A chunk is too large to store",
        "One piece of the document has more bytes than the index keeps for a chunk.",
        "Lower the chunk size of the instance; that re-indexes everything.",
    ),
    "timeout_error": Explanation(
        "Indexing took too long",
        "The document was not finished within the time for one item.",
        "Re-sync the item. Split it if it times out again.",
    ),
    "file_length_exceed_embedding_model": Explanation(
        "Longer than the embedding model reads",
        "The text exceeds the model's input length.",
        "Split the file, or choose an embedding model with a longer input.",
    ),
    "file_too_large_for_embedder": Explanation(
        "Too large to embed",
        "The document has more text than can be embedded in one go.",
        "Split the file.",
    ),
}
