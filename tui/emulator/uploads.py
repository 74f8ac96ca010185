"""The metadata that comes with an upload: what is accepted, and what will not be filterable."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.emulator.errors import ApiError
from tui.emulator.records import Instance
from tui.emulator.times import parse_moment


def metadata_of(field: object) -> dict[str, Any]:
    """Return the metadata of a form field (a JSON object of plain values); 400/7056 otherwise."""
    if field is None or field == "":
        return {}
    try:
        found = msgspec.json.decode(str(field))
    except (msgspec.DecodeError, RecursionError):
        raise ApiError.named("invalid_metadata_format") from None
    if not isinstance(found, dict) or not all(isinstance(value, str | int | float) for value in found.values()):
        raise ApiError.named("invalid_metadata_format")
    return found


def warnings_of(instance: Instance, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what of `metadata` does not fit the fields that the instance declares."""
    declared = {str(one["field_name"]).lower(): one["data_type"] for one in instance.config.get("custom_metadata", [])}
    warnings: list[dict[str, Any]] = []
    for name, value in metadata.items():
        expected = declared.get(name.lower())
        if expected is None:
            warnings.append({"code": "custom_metadata_field_not_filterable", "field": name})
        elif not _fits(value, expected):
            warning = {"code": "custom_metadata_value_not_indexed", "expected_type": expected, "field": name}
            warnings.append(warning)
    return warnings


def _fits(value: object, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "datetime":
        return parse_moment(value) is not None
    return isinstance(value, str)
