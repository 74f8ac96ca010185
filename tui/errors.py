"""The one family of errors that exists above the wire: each carries the words an operator reads."""

from __future__ import annotations


class AppError(Exception):
    """Something went wrong and an operator must be told.

    `title` is a few words, `detail` one or two sentences of what happened, `hint` what to do next. `code` is the
    API's own error code, `http` the status, `ray` the cf-ray of the reply; each is None where there was no reply.
    `retryable` says that the same read may work later without anybody doing anything. `retry_after` is in seconds.
    """

    retryable = False

    def __init__(
        self,
        title: str,
        detail: str = "",
        hint: str = "",
        *,
        code: int | None = None,
        http: int | None = None,
        ray: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint
        self.code = code
        self.http = http
        self.ray = ray
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Title, detail and reference on one line, for logs and plain terminals."""
        return ": ".join(part for part in (self.title, self.detail) if part)

    @property
    def reference(self) -> str:
        """What to quote to a support desk: HTTP status, API code and ray, as far as known. ASCII, for every locale."""
        parts = (("HTTP", self.http), ("code", self.code), ("ray", self.ray))
        return ", ".join(f"{name} {value}" for name, value in parts if value is not None)


class UsageError(AppError):
    """Wrong flags, configuration or input: nothing was sent (exit code 2)."""


class CredentialError(AppError):
    """No usable token could be found or read (exit code 3)."""


class Unauthorized(AppError):
    """The API refused our own token (HTTP 401 with code 10000, or 400 with 9106)."""


class Forbidden(AppError):
    """The token is known but may not do this, or a limit of the account is reached (HTTP 403)."""


class NotFound(AppError):
    """The thing asked for is not there, or not there any more (HTTP 404)."""


class Conflict(AppError):
    """Somebody or something else holds the name or the resource (HTTP 409 and its kin)."""


class Refused(AppError):
    """The API understood the request and said no: fix the request or the instance (other HTTP 4xx)."""


class CoolingDown(AppError):
    """A sync was started less than 30 s ago (HTTP 429, code 7020); `retry_after` when the server told."""


class RateLimited(AppError):
    """The request budget of the token is used up (HTTP 429); `retry_after` says when it opens again."""

    retryable = True


class ServerFault(AppError):
    """The service failed (HTTP 5xx); the same read may work in a moment."""

    retryable = True


class Unreachable(AppError):
    """No reply at all: name lookup, connection, TLS or time limit (exit code 4 at start)."""

    retryable = True


class BadReply(AppError):
    """A reply that is not the API's: not JSON, cut short, too large, or of another shape."""

    retryable = True


class AccountUnchosen(UsageError):
    """The token can see several accounts, and none was chosen. `accounts` are pairs of id and name."""

    accounts: tuple[tuple[str, str], ...] = ()


class NotConnected(AppError):
    """There is no session: nothing was sent."""


class OutcomeUnknown(AppError):
    """A write was sent and no reply came: it may or may not have happened. Never repeated blindly.

    `read_back` names what to look at to find out, in an operator's words.
    """

    def __init__(self, title: str, detail: str = "", hint: str = "", *, read_back: str = "") -> None:
        super().__init__(title, detail, hint)
        self.read_back = read_back


class ReadOnly(AppError):
    """A write was asked for in read-only mode: nothing was sent."""
