"""Explanations of indexing errors of models, storage and the instance as a whole."""

from __future__ import annotations

from tui.explain.words import Explanation

PLATFORM_SLUGS: dict[str, Explanation] = {
    "error_embedding_data_with_workers_ai": Explanation(
        "Embedding failed",
        "Workers AI did not turn this document into vectors.",
        "Re-sync the item; look at other items if all fail alike.",
    ),
    "workers_ai_invalid_input": Explanation(
        "The model cannot read this text",
        "Workers AI refused the document's content as input.",
        "Look for odd characters or endless lines in the document, and store it cleaned.",
    ),
    "workers_ai_free_allocation_exceeded": Explanation(
        "Free Workers AI allowance used up",
        "The account's daily free model calls are spent.",
        "Wait until tomorrow, or move the account to a paid plan; then sync.",
    ),
    "workers_ai_internal_error": Explanation(
        "Workers AI failed inside",
        "The model service had a fault of its own.",
        "Re-sync the item in a few minutes.",
    ),
    "workers_ai_out_of_capacity_error": Explanation(
        "Workers AI has no capacity",
        "The embedding model is busy everywhere just now.",
        "Sync again later; another embedding model may be less busy, but re-indexes everything.",
    ),
    "workers_ai_timeout_error": Explanation(
        "Workers AI took too long",
        "The embedding call did not finish in time.",
        "Re-sync the item.",
    ),
    "error_external_model_unknown_error": Explanation(
        "The outside model failed",
        "The provider behind the AI Gateway reported an error that nobody classified.",
        "Look at the gateway's log and the provider's status page.",
    ),
    "error_external_model_rate_limited": Explanation(
        "The model provider limits calls",
        "The outside provider slowed this account down.",
        "Sync later, or raise the limit at the provider.",
    ),
    "error_external_model_unauthorized": Explanation(
        "The model provider refuses the key",
        "The provider's key in the AI Gateway is wrong or revoked.",
        "Replace the key in the gateway, then sync.",
    ),
    "ai_gateway_request_blocked_firewall": Explanation(
        "The gateway blocked the text",
        "A firewall or guardrail rule of the AI Gateway stopped this document on its way to the model.",
        "Look at the gateway's log for the rule; loosen it, or exclude the document.",
    ),
    "ai_gateway_dlp_blocked": Explanation(
        "Data loss prevention blocked the text",
        "The AI Gateway found sensitive data in the document.",
        "Remove the data from the document, or change the DLP profile.",
    ),
    "ai_gateway_response_blocked_firewall": Explanation(
        "The gateway held back the model's reply",
        "A rule of the AI Gateway stopped what the model answered for this document.",
        "Look at the gateway's log for the rule that fired.",
    ),
    "ai_gateway_rate_limited": Explanation(
        "The gateway limits calls",
        "The AI Gateway's own rate limit was reached while indexing.",
        "Raise the limit in the gateway, or sync later.",
    ),
    "r2_unknown_error": Explanation(
        "R2 failed for no known reason",
        "Reading the object from the bucket did not work.",
        "Sync again; look at the bucket if it stays.",
    ),
    "r2_internal_error": Explanation(
        "R2 failed inside",
        "The object storage had a fault of its own.",
        "Sync again in a few minutes.",
    ),
    "vectorize_rate_limited": Explanation(
        "Vectorize limits writes",
        "The vector index took too many writes in too little time.",
        "Sync again later.",
    ),
    "vectorize_ingestion_timeout": Explanation(
        "Vectors arrived too late",
        "The vector index did not confirm this document in time.",
        "Re-sync the item.",
    ),
    "vectorize_upstream_error": Explanation(
        "The vector index failed",
        "Vectorize returned a fault while storing this document.",
        "Re-sync the item in a few minutes.",
    ),
    "hybrid_search_indexing_failed": Explanation(
        "Keyword indexing failed",
        "The document could not be put into the keyword index.",
        "Re-sync the item; its vectors may be there already.",
    ),
    "ai_search_is_full": Explanation(
        "The instance is full",
        "It holds as many items or vectors as it may.",
        "Remove documents, split the source over several instances, or raise the plan.",
    ),
    "r2_not_enabled": Explanation(
        "R2 is not enabled",
        "The account has no R2, so the bucket cannot be read; the instance is paused.",
        "Enable R2 for the account, then resume indexing.",
    ),
    "bucket_not_found": Explanation(
        "The bucket is gone",
        "No bucket of this name exists in this jurisdiction; the instance is paused.",
        "Create the bucket or correct the source, then resume indexing.",
    ),
    "bucket_unauthorized": Explanation(
        "No access to the bucket",
        "The instance's service token may not read this bucket; the instance is paused.",
        "Choose a service token with read access, then resume indexing.",
    ),
    "external_source_missing_api_token": Explanation(
        "The instance has no service token",
        "Without one it cannot read its source; the instance is paused.",
        "Choose or create a service token, then resume indexing.",
    ),
    "bucket_name_invalid": Explanation(
        "Not a valid bucket name",
        "The name of the source is no name that a bucket can have; the instance is paused.",
        "Correct the source, then resume indexing.",
    ),
    "invalid_custom_header": Explanation(
        "A crawl header is not valid",
        "One of the extra request headers cannot be sent; the instance is paused.",
        "Correct the headers of the website source, then resume indexing.",
    ),
    "ai_gateway_not_configured": Explanation(
        "No AI Gateway for the model",
        "The model is an outside one, but no gateway is set; the instance is paused.",
        "Set an AI Gateway or a Workers AI model, then resume indexing.",
    ),
    "hybrid_search_is_full": Explanation(
        "The keyword index is full",
        "It holds as much as it may, so new documents miss from keyword search.",
        "Remove documents or raise the plan; vector search goes on.",
    ),
}
