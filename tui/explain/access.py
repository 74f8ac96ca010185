"""Explanations of errors about our own token, the account and the service as a whole."""

from __future__ import annotations

from tui.explain.words import Explanation, Key

ACCESS: dict[Key, Explanation] = {
    (10000, 401): Explanation(
        "The API does not accept the token",
        "It is wrong, revoked, expired, or lacks the AI Search permission.",
        "Enter another token, or run `aisearch login`. It needs AI Search Edit on this account.",
    ),
    (10000, None): Explanation(
        "The token may not do this",
        "It is valid, but has no permission for AI Search on this account.",
        "Add AI Search Edit for this account to the token, or choose another profile.",
    ),
    (1000, None): Explanation(
        "Not a valid user token",
        "The token is wrong, or belongs to an account instead of a user and is verified there.",
        "Set the account id in the profile, so that account-owned tokens can be verified; else enter another token.",
    ),
    (9106, None): Explanation(
        "The request arrived without a token",
        "The Authorization header is missing: a proxy may strip it.",
        "Check the proxy settings (HTTPS_PROXY) and the base URL.",
    ),
    (6003, None): Explanation(
        "The token has the wrong form",
        "The API could not read the Authorization header.",
        "Enter the token again: whole, without quotes and line ends.",
    ),
    (6111, None): Explanation(
        "The token has the wrong form",
        "The Authorization header is not in the form of a bearer token.",
        "Enter an API token, not a Global API Key; whole and without quotes.",
    ),
    (7001, 400): Explanation(
        "A value is not valid",
        "The API checked the request and turned a field down.",
        "Correct the field that the message names. Instance ids have at most 32 characters.",
    ),
    (7001, None): Explanation(
        "The service failed inside",
        "AI Search had an internal error; the request itself was fine.",
        "Refresh in a moment. If it stays, report it with the ray.",
    ),
    (7068, None): Explanation(
        "The service contradicts itself",
        "AI Search found its own data in a state that should not occur.",
        "Try once more. If it stays, report it to Cloudflare with the ray.",
    ),
    (7003, None): Explanation(
        "The address leads nowhere",
        "The API could not route the request: nearly always the account id is wrong.",
        "Check the account id of the profile: 32 hexadecimal digits.",
    ),
    (7017, None): Explanation(
        "AI Search is out of reach",
        "The edge is up, but could not reach the AI Search service behind it.",
        "Wait a few seconds and refresh; reads are retried by themselves.",
    ),
    (7012, None): Explanation(
        "The instance's service token is invalid",
        "The token with which the instance reads its source was revoked or lost its rights.",
        "Create a service token or update this one, then choose it for the instance.",
    ),
    (7075, None): Explanation(
        "No such service token",
        "It was deleted, or belongs to another account.",
        "Refresh the list of service tokens and choose one that is there.",
    ),
    (7076, None): Explanation(
        "Instances still use this service token",
        "Deleting it would cut them off from their source.",
        "The token list shows which instances use it: give them another token first.",
    ),
    (7013, None): Explanation(
        "Account limit of instances reached",
        "No further instance can be created on this account's plan.",
        "Delete an instance that nobody needs, or have the limit raised.",
    ),
    (7062, None): Explanation(
        "Limit of namespaces reached",
        "An account holds at most 100 namespaces.",
        "Delete an empty namespace first.",
    ),
    (7063, None): Explanation(
        "No such namespace",
        "It was deleted or never existed on this account.",
        "Look at the namespaces that exist.",
    ),
    (7064, None): Explanation(
        "Namespace name taken",
        "This account already has a namespace of this name.",
        "Choose another name, or use the one that exists.",
    ),
    (7065, None): Explanation(
        "The default namespace is fixed",
        "Every account has it; it can be neither deleted nor described anew.",
        "Create a namespace of your own. Only the public endpoint of `default` can be changed.",
    ),
    (7066, None): Explanation(
        "The namespace is not empty",
        "It still holds instances, and only an empty one can be deleted.",
        "Move or delete its instances, then delete it again.",
    ),
    (7067, None): Explanation(
        "Already in that namespace",
        "The instance was to be moved to where it is.",
        "Choose another namespace as the target.",
    ),
    (7097, None): Explanation(
        "The public endpoint names unknown instances",
        "Its list of allowed instances has an id that this namespace does not hold.",
        "Remove the id from `instances_allowed`, or create the instance first.",
    ),
    (7099, None): Explanation(
        "The namespace was changed meanwhile",
        "Somebody else's change came first, so this one was not made.",
        "Look at the namespace as it is now, then make the change again.",
    ),
}
