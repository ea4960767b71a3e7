"""What the entry point names, so that the plugin counts once.

pytest refuses a module that is registered under two names, as it would be by this entry point and by
``-p gradcheck.pytest_plugin``; a plugin asked for by its module's name, as here, may be asked for again.
PYTEST_DONT_REWRITE: there is nothing to rewrite.
"""

from __future__ import annotations

pytest_plugins = ("gradcheck.pytest_plugin",)
