"""Queues with the functions that read them: batches, visibility timeouts, redelivery, dead letters, redrive."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.simulation.deployment import Queue
from tests.simulation.machine import Invocation, KilledError, Machine
from tests.simulation.trouble import Trouble

Invoke = Callable[[Queue, Mapping[str, Any]], dict[str, Any]]


@dataclass
class Message:
    """A message, and how often it was given to its function."""

    number: int
    body: str
    receives: int = 0


@dataclass
class _Line:
    """What waits in a queue, and how many invocations read it now."""

    visible: list[Message] = field(default_factory=list)
    running: int = 0


class Queues:
    """All queues of the hub. `invoke` calls a queue's function; `tell` keeps what happens for the story."""

    def __init__(
        self,
        queues: Mapping[str, Queue],
        machine: Machine,
        trouble: Trouble,
        invoke: Invoke,
        tell: Callable[[str], None],
    ) -> None:
        self._queues = queues
        self._machine = machine
        self._trouble = trouble
        self._invoke = invoke
        self._tell = tell
        self._lines: dict[str, _Line] = defaultdict(_Line)
        self._numbers = itertools.count(1)
        self._unfinished: dict[str, dict[int, Message]] = defaultdict(dict)
        self.dead: list[tuple[str, Message]] = []
        self.dead_letters = Counter[str]()
        self.finished: Callable[[Queue, Message], None] = lambda _queue, _message: None
        """Told of each message that its function has done with."""

    def put(self, queue: str, body: str, *, delay: float) -> None:
        """A message that becomes visible after so many seconds."""
        message = Message(next(self._numbers), body)
        self._unfinished[queue][message.number] = message
        self._machine.after(delay, partial(self._appear, queue, message))

    def unfinished(self, queue: str) -> Iterator[Message]:
        """The messages that are on their way to a queue, wait in it, or are worked on; not the dead ones."""
        return iter(self._unfinished[queue].values())

    def redrive(self) -> int:
        """Send all dead letters back to the queues that they came from; how many."""
        dead, self.dead = self.dead, []
        for queue, message in dead:
            message.receives = 0
            self._unfinished[queue][message.number] = message
            self._appear(queue, message)
        return len(dead)

    def _appear(self, queue: str, message: Message) -> None:
        self._lines[queue].visible.append(message)
        self._pump(queue)

    def _pump(self, name: str) -> None:
        queue, line = self._queues[name], self._lines[name]
        while line.visible and line.running < queue.concurrency:
            size = self._trouble.whole(1, queue.batch_size, name) if queue.batch_size > 1 else 1
            batch, line.visible = line.visible[:size], line.visible[size:]
            alive = [message for message in batch if self._is_due(queue, message)]
            if alive:
                self._receive(queue, line, alive)

    def _is_due(self, queue: Queue, message: Message) -> bool:
        """Whether a visible message is given to the function: not when it was deleted since, or fails too often."""
        if message.number not in self._unfinished[queue.name]:
            return False
        message.receives += 1
        if message.receives <= queue.max_receives:
            return True
        self.dead.append((queue.name, message))
        self.dead_letters[queue.name] += 1
        del self._unfinished[queue.name][message.number]
        self._tell(f"dead letter in {queue.name}")
        return False

    def _receive(self, queue: Queue, line: _Line, batch: Sequence[Message]) -> None:
        """Invoke the function; what it did not do in its time comes again when the visibility timeout has passed.

        That timeout knows nothing of the function: it passes while one that is frozen still runs. Whatever such a one
        does when it wakes up, nobody asks it any more whether it is done.
        """
        line.running += 1
        for message in batch:
            self._machine.after(queue.visibility, partial(self._come_again, queue.name, message, message.receives))

        def work() -> None:
            failed = self._run(queue, batch)
            line.running -= 1
            if invocation.seconds_left() <= 0:
                failed = batch
            for message in batch:
                if message not in failed and self._delete(queue.name, message):
                    self.finished(queue, message)
            self._machine.after(0, partial(self._pump, queue.name))

        invocation = Invocation(self._machine, work, seconds=queue.timeout, name=queue.function)
        invocation.bodies = [message.body for message in batch]
        invocation.switch()

    def _delete(self, queue: str, message: Message) -> bool:
        """Whether it was there to be deleted."""
        return self._unfinished[queue].pop(message.number, None) is not None

    def _come_again(self, queue: str, message: Message, receives: int) -> None:
        if message.receives == receives and message.number in self._unfinished[queue]:
            self._appear(queue, message)

    def _run(self, queue: Queue, batch: Sequence[Message]) -> Sequence[Message]:
        """One invocation; the messages that come again."""
        by_id = {str(message.number): message for message in batch}
        records = [
            {
                "messageId": name,
                "body": message.body,
                "eventSource": "aws:sqs",
                "attributes": {"ApproximateReceiveCount": str(message.receives)},
            }
            for name, message in by_id.items()
        ]
        try:
            answer = self._invoke(queue, {"Records": records})
        except KilledError:
            self._tell("killed")
            return batch
        except Exception as error:  # an invocation that raises fails its whole batch
            self._tell(f"raised {error!r}")
            return batch
        return [by_id[failure["itemIdentifier"]] for failure in answer["batchItemFailures"]]
