"""`python -m axflow.cli` is `axflow`."""

import sys

from axflow.cli import main

sys.exit(main())
