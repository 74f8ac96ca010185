"""The paged log of a job as a window: its order, its end, de-duplication, eviction, following. No screen, no wire."""

from __future__ import annotations

from tui.logtail.feed import Feed
from tui.logtail.full_log import FullLog
from tui.logtail.lines import Badge, Change, Fetch, LineKind, LogLine, LogSource, plain
from tui.logtail.log_scan import LogScan
from tui.logtail.tail import IDLE, Clock, LogTail
from tui.logtail.window import Window

__all__ = [
    "IDLE",
    "Badge",
    "Change",
    "Clock",
    "Feed",
    "Fetch",
    "FullLog",
    "LineKind",
    "LogLine",
    "LogScan",
    "LogSource",
    "LogTail",
    "Window",
    "plain",
]
