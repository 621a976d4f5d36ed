"""Why a command does not run."""

from __future__ import annotations


class Refusal(Exception):
    """The operator asked for something that cannot be or must not be; the message says why and what to do."""
