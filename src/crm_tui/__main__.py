"""``python -m crm_tui`` is ``crm-tui``."""

import sys

from crm_tui.cli import main

sys.exit(main())
