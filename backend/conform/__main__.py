"""``python -m backend.conform`` is ``zhangban conform``."""

from backend.conform import main

main()
