"""RDS: which instance classes can be ordered."""

from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.rds_shared import invalid_value, marker_page

_ENGINES = ("aurora-mysql", "aurora-postgresql")
_CLASSES = (
    "db.r5.large", "db.r5.xlarge", "db.r5.2xlarge", "db.r6g.large", "db.r6g.xlarge", "db.r6g.2xlarge", "db.r6g.4xlarge",
    "db.serverless", "db.t3.medium", "db.t4g.medium",
)  # fmt: skip


@operation("rds", "DescribeOrderableDBInstanceOptions", subject=("Engine", "EngineVersion", "DBInstanceClass"))
def describe_orderable_db_instance_options(call: Call) -> Reply:
    """The classes of an engine; none where the scenario does not offer the one that is asked for."""
    engine, asked = call.ask.text("Engine"), call.ask.text("DBInstanceClass")
    if engine not in _ENGINES:
        raise invalid_value(f"Unrecognized engine name: {engine}")
    missing = call.world.scenario.landing.of(call.caller.account).db_classes_not_offered
    offered = [one for one in _CLASSES if one not in missing and asked in ("", one)]
    return marker_page(
        call,
        offered,
        name="OrderableDBInstanceOptions",
        key=str,
        render=lambda one: {
            "Engine": engine,
            "EngineVersion": call.ask.text("EngineVersion"),
            "DBInstanceClass": one,
            "AvailabilityZones": [{"Name": f"{call.caller.region}{letter}"} for letter in "abc"],
            "SupportsGlobalDatabases": True,
        },
    )
