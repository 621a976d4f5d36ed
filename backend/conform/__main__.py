"""``python -m backend.conform`` is ``zhangban conform``."""

import sys

from backend.conform import main

sys.exit(main())
