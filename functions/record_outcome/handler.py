"""`ResourceRecovered`, `ResourceFailed` → `WaveCompleted`, `WaveFailed` or `WaveHeld` when nothing is left."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from groundswell.bootstrap import recorder
from groundswell.entry.answers import SAID, read_answer
from groundswell.entry.functions import count, whole_batch
from groundswell.entry.messages import Record
from groundswell.ledger.refusals import Refused
from groundswell.reactions.record_outcome import Heard


def react(batch: Sequence[Record[dict[str, JsonValue]]]) -> Mapping[str, Exception]:
    """Record the outcomes of a batch; what is no outcome at all is refused like one that is not believed."""
    read = [read_answer(record) for record in batch]
    refused = recorder().refuse([each for each in read if isinstance(each, Refused)])
    tally = recorder().record([each for each in read if isinstance(each, Heard)])
    count("OutcomesCounted", tally.counted)
    count("OutcomesDuplicate", tally.duplicates)
    count("OutcomesLate", tally.late)
    count("OutcomesRefused", tally.refused + refused)
    return tally.failed_messages


handler = whole_batch(SAID, react)
