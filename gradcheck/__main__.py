"""``python -m gradcheck`` and the script ``gradcheck``."""

from __future__ import annotations

import gc

gc.set_threshold(50_000)  # start-up makes many objects and no garbage: collecting seldom saves a tenth of it

from gradcheck.cli.entry import run as main  # noqa: E402 - after the line above, to be of use

if __name__ == "__main__":
    main()
