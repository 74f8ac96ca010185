"""The exit codes, which are an interface, and which of them an error calls for. Imports nothing that is heavy."""

from __future__ import annotations

DONE, FAILED, WRONG_USE, NO_CREDENTIALS, UNREACHABLE, DRIFT, PARTIAL = range(7)
"""What a command ends with. DRIFT: a difference was found, or a threshold missed; PARTIAL: something was not read."""
TIMED_OUT = 124
"""`--timeout` has passed, as timeout(1) says it."""
INTERRUPTED = 130
"""What shells tell of a program that ctrl+c ended."""
TERMINATED = 143
"""The same for SIGTERM."""
MEANING = {
    DONE: "done",
    FAILED: "failed, or the outcome is unknown",
    WRONG_USE: "wrong use",
    NO_CREDENTIALS: "no usable credentials",
    UNREACHABLE: "API not reachable",
    DRIFT: "drift, or a threshold missed",
    PARTIAL: "partial: something could not be read",
    TIMED_OUT: "--timeout passed",
    INTERRUPTED: "interrupted",
}


def code_of(error: Exception) -> int:
    """The exit code for an AppError."""
    from tui.errors import CredentialError, Unauthorized, Unreachable, UsageError

    if isinstance(error, UsageError):
        return WRONG_USE
    if isinstance(error, CredentialError | Unauthorized):
        return NO_CREDENTIALS
    return UNREACHABLE if isinstance(error, Unreachable) else FAILED


def words_of(error: Exception) -> str:
    """An AppError on several lines: what is wrong, what to do, what to quote to a support desk."""
    from tui.errors import AppError

    if not isinstance(error, AppError):
        raise error
    return "\n".join(line for line in (error.title, error.detail, error.hint, error.reference) if line)
