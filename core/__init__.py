"""The calculator: rules, policy, settlement, ledger and console. It never imports the window."""

import os
import sys

VERSION = "0.1.0"

_PLUGINS = "pydantic.plugin._loader"
"""Pydantic's module that looks through every installed package for plugins."""


def _without_plugins() -> None:
    """Let pydantic find no plugins, so that nobody else's code checks figures.

    Its module that looks for them is never read either: reading a settlement's rules needs no e-mail and no
    sockets, which that module brings along.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if _PLUGINS not in sys.modules:
        none = type(sys)(_PLUGINS)
        vars(none)["get_plugins"] = tuple
        sys.modules[_PLUGINS] = none


_without_plugins()
