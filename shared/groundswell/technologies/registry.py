"""The technologies that are shipped. Each is loaded only where it is needed."""

from __future__ import annotations

from importlib import import_module

from groundswell.domain.errors import ConfigError
from groundswell.technologies.contract import Technology

BUILT_IN = ("aurora", "drs", "https", "route53", "ssm")


def load(name: str) -> Technology:
    """The technology of this name; imports its module and no other's.

    Raises:
        ConfigError: there is none of this name.
    """
    if name not in BUILT_IN:
        raise ConfigError(
            f"there is no built-in technology {name!r}: correct the name; known are {', '.join(BUILT_IN)}"
        )
    technology = import_module(f"groundswell.technologies.{name}").TECHNOLOGY
    if not isinstance(technology, Technology):
        raise ConfigError(f"TECHNOLOGY of groundswell.technologies.{name} is not a Technology: correct that module")
    return technology
