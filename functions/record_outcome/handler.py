"""`ResourceRecovered`, `ResourceFailed` → `WaveCompleted`, `WaveFailed` or `WaveHeld` when nothing is left."""

from collections.abc import Mapping, Sequence

from groundswell.bootstrap import recorder
from groundswell.entry.functions import count, whole_batch
from groundswell.entry.messages import ANSWERS, Answer, Record
from groundswell.reactions.record_outcome import Heard


def react(batch: Sequence[Record[Answer]]) -> Mapping[str, Exception]:
    """Record the outcomes of a batch."""
    tally = recorder().record([_heard(record) for record in batch])
    count("OutcomesCounted", tally.counted)
    count("OutcomesDuplicate", tally.duplicates)
    count("OutcomesLate", tally.late)
    count("OutcomesRefused", tally.refused)
    return tally.failed_messages


def _heard(record: Record[Answer]) -> Heard:
    told = record.body.detail
    return Heard(record.message_id, record.body.source, told.metadata, told.data)


handler = whole_batch(ANSWERS, react)
