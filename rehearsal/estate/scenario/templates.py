"""Names as patterns: a template with the fields that an estate is described by."""

import string
from typing import Annotated

from pydantic import AfterValidator, Field

_FIELDS = {"customer": "customer-a", "environment": "production", "account": "222222222201", "n": 1}


def _formattable(template: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        if names - set(_FIELDS):
            raise ValueError(f"no such field as {', '.join(sorted(names - set(_FIELDS)))}")
        template.format(**_FIELDS)
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{error}; a template may use {', '.join('{' + name + '}' for name in _FIELDS)}") from error
    return template


Template = Annotated[str, Field(min_length=1), AfterValidator(_formattable)]
"""A text with fields in braces, e.g. `{customer}-app-{n:02}`."""
