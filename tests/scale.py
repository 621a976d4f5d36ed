"""How many examples a property test runs: a hundredth of the full size, or what ZHANGBAN_TEST_SCALE says (soak: 1)."""

import os


def examples(full_size: int) -> int:
    """``full_size`` scaled, at least 20."""
    return max(20, round(full_size * float(os.environ.get("ZHANGBAN_TEST_SCALE", "0.01"))))
