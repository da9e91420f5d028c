"""The processes that run the hub's functions, and their sudden deaths."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

LOOK_SECONDS = 0.05
LONGEST_LIFE = 1.2
"""Seconds within which a worker is killed: it starts because there is a message, and is at work on it by then."""


def workers_of(endpoint: str, function: str) -> set[int]:
    """The processes that run a function of the emulator at this endpoint."""
    listing = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    marks = (f"AWS_LAMBDA_FUNCTION_NAME=groundswell-{function} ", f"AWS_ENDPOINT_URL={endpoint} ")
    lines = (line for line in listing.stdout.splitlines() if all(mark in f"{line} " for mark in marks))
    return {int(line.split(maxsplit=1)[0]) for line in lines}


@dataclass
class Killer:
    """Kills each of some functions' next workers, a random moment after it starts, as often as it is told to."""

    endpoint: str
    kills: Counter[str]
    """How many workers of a function are still to die."""
    seed: int
    killed: list[tuple[str, float]] = field(default_factory=list)
    """The function, and how old in seconds its worker was."""
