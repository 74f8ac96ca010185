"""Explanations of errors about models and the AI Gateway."""

from __future__ import annotations

from tui.explain.words import Explanation, Key

MODELS: dict[Key, Explanation] = {
    (2003, None): Explanation(
        "The AI Gateway is limiting calls",
        "The gateway's own rate limit stopped the model call; the API budget of this console is not at fault.",
        "Wait a little, or raise the rate limit in the gateway's settings.",
    ),
    (2016, None): Explanation(
        "Guardrail stopped the question",
        "A security rule of the AI Gateway blocked the prompt.",
        "Word the question differently, or look at the gateway's guardrails.",
    ),
    (2017, None): Explanation(
        "Guardrail stopped the answer",
        "The model answered, but a security rule of the AI Gateway held it back.",
        "Look at the gateway's guardrails; its log shows which rule fired.",
    ),
    (7010, None): Explanation(
        "The model is not supported",
        "AI Search does not know a model of this name, or not for this purpose.",
        "Modify the instance: its form lists the models.",
    ),
    (7018, None): Explanation(
        "The AI Gateway is gone",
        "The gateway that the instance names does not exist on this account.",
        "Create the gateway again, or set another one for the instance.",
    ),
    (7030, None): Explanation(
        "Workers AI took too long",
        "The model did not finish in time.",
        "Ask with a shorter text or fewer results, or choose a faster model.",
    ),
    (7031, None): Explanation(
        "The AI Gateway took too long",
        "The provider behind the gateway did not finish in time.",
        "Ask with less text; the gateway's log shows how long the provider took.",
    ),
    (7033, None): Explanation(
        "The AI Gateway or its provider failed",
        "The gateway passed on a fault of the model provider.",
        "Try again in a moment; check the provider's status page.",
    ),
    (7077, None): Explanation(
        "The AI Gateway cannot sign in to its provider",
        "The provider's key in the gateway is wrong. Your own API token is fine.",
        "Replace the provider key in the gateway's settings.",
    ),
    (7078, None): Explanation(
        "The model provider wants payment",
        "The provider behind the gateway refuses because of its billing.",
        "Top up or fix the billing of that provider.",
    ),
    (7079, None): Explanation(
        "Too much context for the model",
        "Question, history and retrieved chunks together exceed what the model reads.",
        "Lower the maximum number of results, or choose a model with a longer context.",
    ),
    (7096, None): Explanation(
        "The gateway's provider credential is missing",
        "The AI Gateway has no stored credential for this model's provider.",
        "Add the provider's key to the gateway, or choose a Workers AI model.",
    ),
}
