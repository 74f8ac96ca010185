"""Explanations by HTTP status alone, for replies whose code is absent or unknown. Keys below 10 are whole classes."""

from __future__ import annotations

from tui.explain.words import Explanation

STATUS: dict[int, Explanation] = {
    4: Explanation(
        "The API refused the request",
        "The request arrived and was turned down.",
        "Look at the request and its reply in the request log.",
    ),
    5: Explanation(
        "The service failed",
        "The fault is on the server's side.",
        "Refresh in a moment. If it stays, look at cloudflarestatus.com and quote the ray.",
    ),
    400: Explanation(
        "The request was not accepted",
        "The API found something wrong in what was sent.",
        "Check the values just entered; the request log shows what was sent.",
    ),
    401: Explanation(
        "The API does not accept the token",
        "The token is wrong, revoked, expired or was rolled.",
        "Enter another token, or run `aisearch login`.",
    ),
    402: Explanation(
        "Payment required", "The account's billing does not cover this call.", "Check the billing page of the account."
    ),
    403: Explanation(
        "Not allowed",
        "The token is known but may not do this here.",
        "Give the token the AI Search Edit permission for this account, or choose another profile.",
    ),
    404: Explanation(
        "Not there",
        "Nothing exists under this name, or it has been deleted.",
        "Refresh; check the account and the namespace.",
    ),
    405: Explanation(
        "The API has no such operation",
        "This base URL knows the path but not the method.",
        "Check the base URL of the profile; this console may be older than the API.",
    ),
    408: Explanation(
        "The server waited too long for us",
        "The request did not reach it whole in the time that it allows.",
        "Try again; check the network if it happens often.",
    ),
    409: Explanation(
        "In conflict with something else",
        "Somebody or something holds what this request wanted to change.",
        "Refresh and look at what is there now.",
    ),
    413: Explanation(
        "Too large", "The request has more bytes than the API takes.", "Send less: a smaller file or a shorter text."
    ),
    415: Explanation(
        "Kind of content not taken", "The API does not read this content type.", "Convert the file to a supported type."
    ),
    422: Explanation(
        "The values do not fit together",
        "The request is well-formed, but its values are not valid.",
        "Check the values just entered.",
    ),
    429: Explanation(
        "Too many requests",
        "The request budget of this token is used up; every tool that uses the token shares it.",
        "Wait for the countdown. Background polling has stopped until then.",
    ),
    502: Explanation(
        "The edge got no good answer",
        "Cloudflare's edge could not get a usable reply from the API behind it.",
        "Refresh in a moment; this usually passes.",
    ),
    503: Explanation(
        "The service is not available",
        "The API is overloaded or under maintenance.",
        "Refresh in a moment; this usually passes.",
    ),
    504: Explanation(
        "The service took too long",
        "The edge gave up waiting for the API.",
        "Refresh in a moment. Ask for less in one go if it stays.",
    ),
}
UNKNOWN = Explanation(
    "The API answered something unexpected",
    "The reply has no error that this console knows.",
    "Look at the reply in the request log, and refresh.",
)
