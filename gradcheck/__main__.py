"""``python -m gradcheck`` and the script ``gradcheck``."""

from __future__ import annotations

from gradcheck.garbage import put_off

put_off()

from gradcheck.cli.entry import run as main  # noqa: E402 - after the line above, to be of use

if __name__ == "__main__":
    main()
