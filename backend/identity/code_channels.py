"""How a one-time code reaches its person: on the page in a demo, into a test's hands, never into a log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from backend.identity.errors import CodeChannelMissing


class CodeChannel(ABC):
    """Delivers codes."""

    @abstractmethod
    def require(self) -> None:
        """Raises CodeChannelMissing when nothing can be delivered; asked before a code is made."""

    @abstractmethod
    def send(self, phone: str, code: str) -> str | None:
        """Delivers `code`, and gives it back where the reply itself is the channel."""


class ShownCodes(CodeChannel):
    """Demo: the page shows the code, because there is no network operator behind it."""

    def require(self) -> None:
        """Always there."""

    def send(self, phone: str, code: str) -> str | None:
        """The code itself."""
        return code


class RememberedCodes(CodeChannel):
    """Test: codes are read through `/_test/otp`, from the process that made them."""

    def __init__(self, most: int = 10_000) -> None:
        self._codes: dict[str, str] = {}
        self._most = most

    def require(self) -> None:
        """Always there."""

    def send(self, phone: str, code: str) -> str | None:
        """Remembers the code and gives none back."""
        if len(self._codes) >= self._most:
            self._codes.clear()
        self._codes[phone] = code
        return None

    def code_of(self, phone: str) -> str | None:
        """The newest code of a phone, or None."""
        return self._codes.get(phone)


class NoChannel(CodeChannel):
    """Production before a text message service is set up: says so instead of making codes nobody receives."""

    def require(self) -> None:
        """Raises CodeChannelMissing."""
        raise CodeChannelMissing("本市还没有开通短信验证码。请拨打 12345 咨询。")

    def send(self, phone: str, code: str) -> str | None:
        """Raises CodeChannelMissing."""
        raise CodeChannelMissing("本市还没有开通短信验证码。请拨打 12345 咨询。")


def build_code_channel(mode: Literal["demo", "test", "production"]) -> CodeChannel:
    """The channel of a mode."""
    return {"demo": ShownCodes, "test": RememberedCodes, "production": NoChannel}[mode]()
