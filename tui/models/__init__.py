"""The API's resources as frozen values, one file a resource; the states derived from them live beside them.

Every field that real replies were seen to omit or to null is optional (api-facts: Instances, Jobs, Stats). Unknown
fields are ignored. Text is already safe to show: see `tui.models.base`.
"""

from __future__ import annotations

from tui.models.account import Account, ServiceToken, TokenStatus
from tui.models.base import Page, Resource, decode_list, decode_one
from tui.models.instance import Instance, InstanceDocument, InstanceKey, SourceKind
from tui.models.item import Item, ItemChunk, ItemLog
from tui.models.job import Job, JobLog, JobState, job_state
from tui.models.namespace import Namespace
from tui.models.search import CUT_OFF, ChatEvent, Scoring, SearchHit, SearchResult
from tui.models.stats import Stats

__all__ = [
    "CUT_OFF",
    "Account",
    "ChatEvent",
    "Instance",
    "InstanceDocument",
    "InstanceKey",
    "Item",
    "ItemChunk",
    "ItemLog",
    "Job",
    "JobLog",
    "JobState",
    "Namespace",
    "Page",
    "Resource",
    "Scoring",
    "SearchHit",
    "SearchResult",
    "ServiceToken",
    "SourceKind",
    "Stats",
    "TokenStatus",
    "decode_list",
    "decode_one",
    "job_state",
]
