"""A look at many resources: one that AWS refuses the look for hides no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Phase
from groundswell.ports.clients import ReadError
from groundswell.reactions.recover.acting import CALL_SECONDS
from groundswell.reactions.recover.session import Session
from groundswell.technologies.contract import Observation, Step, Waiting

MOST_REFUSED = 16
"""Refused reads of a phase and look: enough to tell one culprit from 90 resources, and little where all are refused."""


@dataclass
class LookAtMany:
    """A look at the resources of one phase."""

    session: Session
    phase: Phase
    step: Step
    read_error: ReadError
    refused: int = 0

    def observe(self, names: Sequence[ResourceId]) -> dict[ResourceId, Observation]:
        """What is seen of each; where the read of all is refused, of half of them at a time."""
        try:
            return dict(self.step.observe(self.session.look, self.session.targets(names, self.phase)))
        except Exception as error:
            told = self.read_error(error)
            if told is None:
                raise
            is_refused = not (told.is_throttling or told.is_doubtful)
            words = told.words
        self.refused += 1
        if not is_refused or len(names) == 1 or self._is_enough():
            return {name: Waiting(f"could not be looked at: {words}") for name in names}
        half = len(names) // 2
        return {**self.observe(names[:half]), **self.observe(names[half:])}

    def _is_enough(self) -> bool:
        return self.refused >= MOST_REFUSED or self.session.seconds_left() < CALL_SECONDS
