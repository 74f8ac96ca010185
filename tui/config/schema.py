"""The configuration as JSON Schema, made from its rules: for editors that check and complete while one types."""

from __future__ import annotations

from typing import Any

from tui.config.commands import SCHEMA
from tui.config.rules import PROFILE_NAME, RULES, Rule

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of `config.toml`."""
    fields = {name: _described(rule) for name, rule in RULES.items()}
    profile = {"type": "object", "properties": fields, "additionalProperties": False}
    return {
        "$schema": DIALECT,
        "title": "Configuration of aisearch",
        "type": "object",
        "properties": {
            "profile": {**PROFILE_NAME.schema, "description": "the profile to use without --profile"},
            "profiles": {
                "type": "object",
                "description": "settings of one account each",
                "propertyNames": PROFILE_NAME.schema,
                "additionalProperties": profile,
            },
            "commands": SCHEMA,
            **fields,
        },
        "additionalProperties": False,
        "$defs": {
            "keys": {
                "type": "object",
                "additionalProperties": {"anyOf": [{"type": "string", "pattern": r"\S"}, {"$ref": "#/$defs/keys"}]},
            },
        },
    }


def _described(rule: Rule) -> dict[str, Any]:
    return {**rule.schema, "description": f"{rule.sets}: {rule.allowed}"}
