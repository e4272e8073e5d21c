"""The calculator: rules, policy, settlement, ledger and console. It never imports the window."""

import os

VERSION = "0.1.0"

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "__all__"
)  # nobody else's code checks figures, or is looked for
