"""A decision about more resources than one fact tells of: it is shown as a whole, and not before it is whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from groundswell.domain.states import ResourceState
from groundswell.reactions.control_execution import Controller
from groundswell_cli.exits import Exit
from tests.unit.cli.carrying_out import carry_out
from tests.unit.cli.fake_hub import FakeHub, Terminal
from tests.unit.cli.stories import THROTTLED
from tests.unit.cli.story import Story, protected
from tests.unit.cli.test_decision_commands import states
from tests.unit.reactions.bench import Crash


class OneAtATime:
    """Tokens for orders; whoever asks for a second one before he is let go on dies of it."""

    def __init__(self) -> None:
        self.is_given = False

    def new(self) -> str:
        if self.is_given:
            raise Crash
        self.is_given = True
        return "token"


def many_failed(count: int) -> Story:
    """A held wave of which all failed."""
    story = Story()
    names = [f"app-{number:02}" for number in range(count)]
    story.accept([protected(name) for name in names])
    story.advance()
    story.order(1)
    for name in names:
        story.end(1, f"drs/{name}", failure=THROTTLED)
    return story


def one_order_more(hub: FakeHub, story: Story) -> Callable[[], None]:
    """Carries a decision on by one order of two resources, which is one fact, each time that it is called."""
    tokens = OneAtATime()
    controller = Controller(story.store, story.clock, tokens, lambda _: 2)

    def go_on() -> None:
        tokens.is_given = False
        with suppress(Crash):
            carry_out(controller, hub)

    return go_on


def test_retry_told_in_several_facts_is_shown_with_all_of_them() -> None:
    story = many_failed(7)
    hub = FakeHub(story.store)
    hub.clock = story.clock
    go_on = one_order_more(hub, story)
    hub.on_publish = go_on

    result = Terminal(hub, story.clock, meanwhile=go_on).type("retry", story.execution.execution_id)

    assert result.exit_code == Exit.OK
    assert "RETRYING 7 resources of wave 1" in result.stdout
    assert set(states(story, 1).values()) == {ResourceState.PENDING}
