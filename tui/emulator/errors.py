"""The refusals of the API: HTTP status, code and message of each, as the error tables list them."""

from __future__ import annotations

from collections.abc import Mapping

_CODES: dict[str, tuple[int, int]] = {
    "Authentication error": (401, 10000),
    "Internal Error": (500, 7001),
    "ai_search_not_found": (404, 7002),
    "ai_search_instance_invalid_token": (400, 7012),
    "max_instances_reached": (403, 7013),
    "filter_or_operator_only_supports_eq_filters": (400, 7015),
    "filter_or_operator_does_not_support_different_keys": (400, 7016),
    "unable_to_connect_to_ai_search": (503, 7017),
    "sync_in_cooldown": (429, 7020),
    "job_not_found": (404, 7021),
    "ai_search_with_this_name_already_exist": (400, 7022),
    "domain_not_owned_by_user": (400, 7023),
    "invalid_domain": (400, 7024),
    "ai_search_is_paused": (400, 7032),
    "forbidden_robots_txt": (400, 7034),
    "invalid_chunk_size": (400, 7036),
    "missing_user_message": (400, 7038),
    "missing_user_query": (400, 7039),
    "invalid_custom_header": (400, 7040),
    "item_not_found": (404, 7041),
    "item_key_already_exist": (409, 7042),
    "specific_sitemaps_only_valid_when_parse_type_is_sitemap": (400, 7045),
    "job_cannot_be_cancelled": (400, 7046),
    "invalid_url_location": (400, 7047),
    "one_or_more_instance_searches_failed": (500, 7049),
    "type_and_source_are_required_for_non_managed_instances": (400, 7052),
    "this_operation_requires_a_managed_instance": (400, 7053),
    "file_exceeds_maximum_size": (413, 7054),
    "file_field_is_required": (400, 7055),
    "invalid_metadata_format": (400, 7056),
    "invalid_datetime_filter_value": (400, 7057),
    "invalid_metadata_filter": (400, 7058),
    "content_download_not_available_for_external_source_items": (400, 7059),
    "unsupported_file_type": (400, 7060),
    "max_namespaces_reached": (403, 7062),
    "namespace_not_found": (404, 7063),
    "namespace_already_exists": (409, 7064),
    "cannot_modify_default_namespace": (400, 7065),
    "namespace_not_empty": (400, 7066),
    "namespace_same_name": (400, 7067),
    "invalid_retrieval_type": (400, 7070),
    "filename_exceeds_maximum_length": (400, 7072),
    "too_many_multi_search_instances": (400, 7074),
    "token_not_found": (404, 7075),
    "token_in_use_by_instances": (409, 7076),
    "image_query_requires_vector_index": (400, 7089),
    "custom_domains_require_an_active_public_endpoint": (400, 7093),
    "disabling_the_default_domain_requires_at_least_one_custom_domain": (400, 7096),
    "instances_allowed_contains_unknown_instances": (400, 7097),
}

# One word, two codes: a chat without a user message is 7038, a search without a query 7039 (api-facts: Errors).
_SPOKEN = {"missing_user_message": "missing_user_query"}


class ApiError(Exception):
    """A refusal: becomes an error envelope with `status`, `code`, `message` and extra `headers`."""

    def __init__(self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        """Build the refusal from its parts; `named` and `invalid` are the usual ways."""
        super().__init__(f"{status}/{code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    @classmethod
    def named(cls, name: str, headers: Mapping[str, str] | None = None) -> ApiError:
        """Return the documented refusal called `name`; KeyError for a name that is not in the table."""
        status, code = _CODES[name]
        return cls(status, code, _SPOKEN.get(name, name), headers)

    @classmethod
    def invalid(cls, message: str) -> ApiError:
        """Return a validation error, 400/7001, whose text says what is wrong."""
        return cls(400, 7001, message)

    @classmethod
    def no_route(cls, method: str, path: str) -> ApiError:
        """Return 404/7003 for a path that leads nowhere, or a malformed account id."""
        return cls(404, 7003, f"Could not route to {path}, perhaps your object identifier is invalid? ({method})")
