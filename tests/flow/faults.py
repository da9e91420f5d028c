"""What goes wrong in the estate for the time of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from rehearsal.estate_process import EstateProcess


@contextmanager
def broken(estate: EstateProcess, **faults: object) -> Iterator[None]:
    """These faults too, in the words of a scenario's `faults`; afterwards the scenario's own alone."""
    estate.control("POST", "faults", faults)
    try:
        yield
    finally:
        estate.control("DELETE", "faults")
