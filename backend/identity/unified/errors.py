"""Why an answer of an identity provider was not believed: one exception, whose reason is one of a closed list."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    # The provider as a machine.
    "provider-unreachable",
    "provider-too-slow",
    "provider-redirects",
    "provider-unfit",
    "reply-too-large",
    "reply-malformed",
    # What came back with the browser.
    "state-unknown",
    "state-used",
    "state-expired",
    "other-browser",
    "login-refused",
    # The exchange of the code.
    "code-refused",
    "client-refused",
    # A token.
    "token-malformed",
    "wrong-type",
    "wrong-algorithm",
    "unknown-critical",
    "unknown-key",
    "bad-signature",
    "wrong-issuer",
    "wrong-audience",
    "wrong-party",
    "wrong-nonce",
    "wrong-subject",
    "wrong-access-token-hash",
    "expired",
    "from-the-future",
    "issued-long-ago",
    # A logout token.
    "not-a-logout",
    "token-used",
]

PROVIDER_AWAY: frozenset[Reason] = frozenset({"provider-unreachable", "provider-too-slow"})
"""The reasons for which trying again later is the advice: nothing was said that could be wrong."""


class Refusal(Exception):
    """An answer that is not believed. `reason` is for programs; it never quotes what the provider or browser sent."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
