"""Stories that several tests tell."""

from __future__ import annotations

from groundswell.domain.events.commands import DRCancelRequested, DRPauseRequested
from groundswell.domain.events.facts import Remark
from groundswell.domain.failure import Failure
from groundswell.domain.policy import WavePolicy
from groundswell.domain.protection import Fitness, Impact
from groundswell.ledger import control, reading, waves
from groundswell.ledger.control import Decision
from tests.unit.cli.story import Story, protected

SOMEBODY = "arn:aws:sts::111111111111:assumed-role/recovery/somebody"
LAGGING = Fitness(fit=False, state="REPLICATING", lag_seconds=400.0)
THROTTLED = Failure(cause="StartRecovery was refused: quota of 20 jobs", advice="raise the quota of jobs, then retry")


def running() -> Story:
    """Two waves of a server each: the first is at work."""
    story = Story()
    story.accept([protected("dc"), protected("app", 2)])
    story.advance()
    story.order(1)
    return story


def finish_first(story: Story) -> None:
    """Its first wave is recovered."""
    story.end(1, "drs/dc")


def order_second(story: Story) -> None:
    """Its second wave, once begun, is at work."""
    story.order(2)


def finish_second(story: Story) -> None:
    """Its second wave is recovered, and all is over."""
    story.end(2, "drs/app")
    story.advance()


def complete(story: Story) -> None:
    """All of these, from where `running` leaves it."""
    finish_first(story)
    story.advance()
    order_second(story)
    finish_second(story)


def half_recovered() -> Story:
    """Two waves: the first is done after 100 s; of the second one is recovered, one failed, and it is held."""
    story = Story()
    story.accept(
        [
            protected("db", 1, "aurora", rto_minutes=15, rpo_minutes=1, fitness=LAGGING),
            protected("dc", 1, rto_minutes=1),
            protected("app-1", 2),
            protected("app-2", 2),
            protected("batch", 2, impact=Impact.OPTIONAL),
        ],
        left_out=[Remark(subject="drs web-9", reason="broken tags: Customer is missing")],
    )
    story.clock.pass_(1)
    story.advance()
    story.clock.pass_(1)
    db, dc = story.order(1, technology="aurora", calls={"rds:DescribeGlobalClusters": 6}), story.order(1)
    story.call(dc)
    story.clock.pass_(40)
    story.end(1, *db.resource_ids)
    story.clock.pass_(58)
    story.end(1, *dc.resource_ids)
    story.clock.pass_(0.5)
    story.advance()
    story.clock.pass_(0.25)
    apps = story.order(2, calls={"drs:StartRecovery": 1, "drs:DescribeJobs": 8, "ec2:DescribeInstances": 3})
    story.call(apps)
    story.clock.pass_(30)
    story.end(2, "drs/app-1")
    story.end(2, "drs/app-1")
    story.end(2, "drs/app-2", failure=THROTTLED)
    story.end(2, "drs/batch", failure=THROTTLED)
    return story


def asking() -> Story:
    """Three waves, of which the first and the third need an approval; since second 0 the first awaits it."""
    story = Story()
    approval = {number: WavePolicy(deadline_seconds=900 * number, approval=True) for number in (1, 3)}
    story.accept([protected("dc"), protected("app", 2), protected("web", 3)], policies=approval)
    story.advance()
    return story


def late() -> Story:
    """Two waves; the first was due after 900 s, and is held since 30 s later, with one of its two still to come."""
    story = Story()
    story.accept([protected("dc"), protected("db"), protected("app", 2)])
    story.advance()
    story.order(1)
    story.clock.pass_(40)
    story.end(1, "drs/dc")
    story.clock.pass_(890)
    story.miss_deadline(1)
    return story


def escalate(story: Story, number: int) -> None:
    """People are told again that a wave awaits approval."""
    wave = reading.wave(story.store, story.execution.execution_id, number)
    waves.escalate(story.store, story.execution, wave, cause="e-1", at=story.clock.now())


def pause(story: Story) -> None:
    """Somebody pauses the execution."""
    command = DRPauseRequested(decided_by=SOMEBODY)
    control.pause(story.store, story.execution, Decision("pause-1", command, story.clock.now()))


def cancel(story: Story) -> None:
    """Somebody cancels the execution."""
    command = DRCancelRequested(decided_by=SOMEBODY)
    control.cancel(story.store, story.execution, Decision("cancel-1", command, story.clock.now()))
