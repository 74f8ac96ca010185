"""Where the API token comes from, kept where, and said in words: never its value.

`find_token` walks the ladder of sources; the keyring is asked in a process of its own, because it may hang for ever.
"""

from __future__ import annotations

from tui.credentials.keychain import (
    WINDOW_DEADLINE,
    WINDOW_TITLE,
    WINDOW_WORDS,
    KeyringAbsent,
    KeyringFailed,
    KeyringLocked,
    KeyringTimedOut,
    KeyringUnusable,
    asks_in_a_window,
    keyring_delete,
    keyring_get,
    keyring_name,
    keyring_put,
)
from tui.credentials.ladder import VARIABLE, find_token, forbid_core_dumps, profile_token, shared_token
from tui.credentials.sources import (
    Credential,
    plain_delete,
    plain_path,
    plain_put,
    prompt_token,
    typed_token,
)
from tui.credentials.without_keyring import Way, ways, ways_text
from tui.system.subprocesses import in_background

__all__ = [
    "VARIABLE",
    "WINDOW_DEADLINE",
    "WINDOW_TITLE",
    "WINDOW_WORDS",
    "Credential",
    "KeyringAbsent",
    "KeyringFailed",
    "KeyringLocked",
    "KeyringTimedOut",
    "KeyringUnusable",
    "Way",
    "asks_in_a_window",
    "find_token",
    "forbid_core_dumps",
    "in_background",
    "keyring_delete",
    "keyring_get",
    "keyring_name",
    "keyring_put",
    "plain_delete",
    "plain_path",
    "plain_put",
    "profile_token",
    "prompt_token",
    "shared_token",
    "typed_token",
    "ways",
    "ways_text",
]
