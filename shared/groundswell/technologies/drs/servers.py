"""How a source server is declared."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import JsonValue

_ID = re.compile(r"s-[0-9a-zA-Z]{17}")
"""As in DRS's service model. DRS refuses a read of many servers for one id that does not look so."""


def flaws(parameters: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """What is wrong with the parameters of a server."""
    server = str(parameters.get("source_server_id", ""))
    if _ID.fullmatch(server):
        return ()
    return (f"source_server_id is {server!r}; a source server's id is `s-` and 17 letters or digits",)
