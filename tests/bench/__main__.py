"""Print the table."""

from __future__ import annotations

import os
from importlib import import_module

if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read when numpy is imported
    import_module("tests.bench.table").main()
