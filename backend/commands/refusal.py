"""Why a command does not run."""

from __future__ import annotations

import argparse

from backend.foundation.settings import Settings, SettingsError, load_settings


class Refusal(Exception):
    """The operator asked for something that cannot be or must not be; the message says why and what to do."""


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings a command runs under. Raises Refusal when they cannot be used."""
    try:
        return load_settings(arguments.settings)
    except SettingsError as error:
        raise Refusal(str(error)) from None
