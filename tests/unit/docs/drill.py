"""The drill whose figures docs/cli.md shows: two waves, a pause, a database and servers with targets of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from groundswell.bootstrap import phase_times
from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.plan import Estate, Served, make_plan
from groundswell.domain.plan_terms import Terms
from groundswell.domain.protection import Finding, Fitness
from groundswell.reactions.preview_plan import Preview, PreviewedResource, WaveForecast
from tests.unit.cli.story import Story, protected
from tests.unit.domain.builders import request

NOW = datetime(2030, 1, 1, tzinfo=UTC)
FIT = Fitness(fit=True, state="CONTINUOUS", lag_seconds=4.0)
TERMS = Terms(deadlines=(900, 1800))


def reported() -> Story:
    """It ran: the database and a server in wave 1, a pause of 17 minutes, two servers in wave 2."""
    story = Story()
    story.accept(
        [
            protected("customer-a-db", 1, "aurora", rto_minutes=10, rpo_minutes=1),
            protected("customer-a-dc-01", 1, rto_minutes=15, rpo_minutes=15, fitness=FIT),
            protected("customer-a-app-01", 2, rto_minutes=20, rpo_minutes=15, fitness=FIT),
            protected("customer-a-app-02", 2, rto_minutes=30, fitness=FIT),
        ]
    )
    story.advance()
    story.call(story.order(1))
    story.order(1, technology="aurora")
    story.clock.pass_(138)
    story.end(1, "aurora/customer-a-db", evidence={RECOVERY_POINT: "0.4"})
    story.clock.pass_(571)
    story.end(1, "drs/customer-a-dc-01", evidence={RECOVERY_POINT: 9})
    story.advance()
    story.pause()
    story.clock.pass_(timedelta(minutes=17).total_seconds())
    story.resume()
    story.call(story.order(2))
    story.clock.pass_(655)
    story.end(2, "drs/customer-a-app-01", evidence={RECOVERY_POINT: 1260})
    story.clock.pass_(66)
    story.end(2, "drs/customer-a-app-02")
    story.advance()
    return story


def previewed() -> Preview:
    """It is asked about, with 560 servers in wave 2: more than one account may launch at a time."""
    served = Served(supports=lambda *_: True, answers=lambda _: True, times=phase_times)
    findings = [_finding("customer-a-db", 1, "aurora"), _finding("customer-a-dc-01", 1)]
    findings += [_finding(f"customer-a-app-{number:03}", 2) for number in range(1, 561)]
    plan = make_plan(request(), Estate(findings, NOW), served, TERMS)
    return Preview(
        accepted=True,
        operation=request().operation,
        target_region="us-west-2",
        deadlines={wave: TERMS.policy(wave).deadline_seconds for wave in plan.waves},
        estimates=tuple(WaveForecast.model_validate(each, from_attributes=True) for each in plan.estimates),
        resources=tuple(PreviewedResource.model_validate(each, from_attributes=True) for each in plan.resources),
        left_out=(),
        warnings=tuple(plan.warnings),
        reasons=(),
    )


def _finding(name: str, wave: int, technology: str = "drs") -> Finding:
    tags = {
        "dr:enabled": "true",
        "dr:wave": str(wave),
        "dr:rto-target": "20" if name.endswith("app-001") else "60",
        "Customer": "customer-a",
        "Environment": "production",
    }
    return Finding(
        technology=technology,
        account="222222222201",
        region="us-west-2",
        name=name,
        own_name=name,
        tags=tags,
        fitness=FIT,
    )
