"""Stories that several tests tell."""

from __future__ import annotations

from groundswell.domain.events.facts import Remark
from groundswell.domain.failure import Failure
from groundswell.domain.protection import Fitness, Impact
from tests.unit.cli.story import Story, protected

LAGGING = Fitness(fit=False, state="REPLICATING", lag_seconds=400.0)
THROTTLED = Failure(cause="StartRecovery was refused: quota of 20 jobs", advice="raise the quota of jobs, then retry")


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
