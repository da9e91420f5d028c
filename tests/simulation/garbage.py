"""How often Python looks for garbage while worlds run."""

from __future__ import annotations

import gc

_SELDOM = (20_000, 20, 50)
"""A world makes many objects that live for as long as it does: looking through them as often as usual takes a tenth of
its time, and finds nothing. More seldom than this gains no more."""


def collect_seldom() -> None:
    """Look for garbage seldom, and never again among what is there now: the code and what it has read."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
