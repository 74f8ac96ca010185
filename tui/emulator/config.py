"""Everything that can be chosen about one emulator, including what the real API leaves unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui.emulator.documents.types import LARGEST_CONVERTED, Kind, largest

DEFAULT_ACCOUNT = "c3dc7d4f0a5b4e6f9d2b8a1c6e5f1b22"
SWITCHES = (
    *("log_order", "log_ids", "log_times", "early_logs", "job_order", "time_format", "end_reason"),
    *("totals", "result_info", "max_per_page", "over_max", "file_sizes"),
    *("cooldown", "retry_after_cooldown", "paused_sync", "delete_status", "uploads", "upload_jobs", "failed_again"),
    *("token_owner", "token_status", "permitted", "denied_status"),
)
"""The settings of what the real API leaves unknown, and of the account: those that `--set` can change."""


@dataclass(frozen=True, slots=True)
class EmulatorConfig:
    """The settings of one emulator. Times are seconds, sizes are bytes.

    The second half switches behaviour that the real API does not document, so that a client can be
    tested both ways (api-facts: Jobs).
    """

    data: Path | None = None
    """Folder of buckets/, sites/ and the database; None: a private temporary folder, removed on close."""
    hosts: tuple[str, ...] | None = None
    """Host names that a served emulator answers to besides localhost and addresses; None: in process, any."""
    token: str = "demo-token"
    account: str = ""
    """32 hex digits; empty: the account of the seed, or `DEFAULT_ACCOUNT`."""
    seed: Literal["demo", "empty"] = "demo"
    speed: float = 1.0
    """2.0 lets documents take half the time."""
    clock: Callable[[], float] = time.time
    rate_limit: int = 1200
    """Requests a token may make in `rate_window`; 0: no limit."""
    rate_window: float = 300.0
    cooldown: float = 30.0
    first_sync_delay: float = 20.0
    """How long after its creation an instance is synced for the first time by itself."""
    max_instances: int = 5000
    max_namespaces: int = 100
    upload_limit: int = 0
    """Bytes of an uploaded file of any type; 0: as `file_sizes` says."""
    pdf_text: bool = False
    """Read PDFs where the optional library is installed; False: the same world on every machine."""
    token_owner: Literal["user", "account"] = "user"
    """An account-owned token is refused by /user/tokens/verify with code 1000 (api-facts: Authentication)."""

    log_order: Literal["desc", "asc"] = "desc"
    log_ids: Literal["dense", "sparse"] = "dense"
    """From 1 without gaps in each job, or large and with gaps (api-facts: Job logs)."""
    job_order: Literal["desc", "asc"] = "desc"
    log_times: Literal["s", "ms"] = "s"
    totals: bool = True
    """False: lists carry no total_count."""
    result_info: bool = True
    """False: lists of pages carry no result_info at all."""
    max_per_page: int = 0
    """The largest page of every list; 0: each list has its own (api-facts: Lists and paging)."""
    over_max: Literal["clamp", "reject"] = "reject"
    end_reason: Literal["null", "completed"] = "null"
    """Of a job that went well (api-facts: Jobs)."""
    failed_again: Literal["outdated", "error"] = "outdated"
    """What an indexed item becomes whose new content cannot be read: it keeps its chunks, and its error stands in no
    counter, or it is in error (api-facts: Stats)."""
    time_format: Literal["rfc3339", "naive"] = "naive"
    """Of job times only; every other time is declared date-time in the contract."""
    retry_after_cooldown: bool = False
    uploads: Literal["every", "managed"] = "every"
    """Instances that take uploads: every one, or only those without a source (api-facts: Jobs)."""
    upload_jobs: bool = True
    """Uploads are indexed by a job, "Builtin drain", which stands in the list (api-facts: Jobs)."""
    file_sizes: Literal["by_type", "small"] = "by_type"
    """A document has at most 10 MiB of text, code and PDF and 4 MiB of every other type, or 4 MiB of each, as before
    2026-10-01 (api-facts: Instances)."""
    paused_sync: Literal["accept", "refuse"] = "accept"
    denied_status: Literal[401, 403] = 403
    """How a good token without permission is refused."""
    permitted: bool = True
    """False: the token is valid and lacks the AI Search permission."""
    token_status: Literal["active", "disabled", "expired"] = "active"
    other_accounts: tuple[tuple[str, str], ...] = ()
    """(id, name) of accounts that the token can see without the AI Search permission."""
    early_logs: Literal["empty", "missing"] = "empty"
    """What the log of a job without lines answers: an empty list or 404/7002 (api-facts: Job logs)."""
    delete_status: Literal[200, 204] = 200
    """Deleting an instance: 200 with the instance, or 204 without a body (api-facts: Routes)."""
    chaos: Path | None = None
    """A file of faults, read again whenever it changes (see faults.py)."""

    def largest_document(self, kind: Kind | None) -> int:
        """Return the bytes that a document of this kind has at most."""
        return LARGEST_CONVERTED if self.file_sizes == "small" else largest(kind)

    def largest_upload(self, kind: Kind | None) -> int:
        """Return the bytes that an uploaded file of this kind has at most."""
        return self.upload_limit or self.largest_document(kind)

    def __post_init__(self) -> None:
        """Refuse settings that can only be mistakes."""
        if self.account and not is_account_id(self.account):
            raise ValueError("account must be 32 lower case hex digits")
        if self.speed <= 0 or self.rate_limit < 0 or self.max_per_page < 0:
            raise ValueError("speed must be positive, rate_limit and max_per_page must not be negative")
        if not self.token:
            raise ValueError("token must not be empty")


def is_account_id(text: str) -> bool:
    """Tell whether `text` has the form of an account id: 32 lower case hex digits (api-facts: Authentication)."""
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)
