"""Aurora global databases with a secondary cluster in the target Region."""

from __future__ import annotations

from datetime import timedelta

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.aurora import finding, instance, preflight, writer
from groundswell.technologies.contract import Step, Technology, WakeUp

_MOVE = timedelta(minutes=3)
"""Of the writer: a failover takes 0.5 to 3 minutes in the field after some seconds of checks, a switchover up to 4.
The instance of a headless secondary takes 4 to 10 more; that one is headless is not known when it is planned."""

_INSTANCE = Step(
    observe=instance.observe,
    act=instance.act,
    only_if="the cluster in the target Region has no instance",
    reads=instance.READS,
    writes=instance.WRITES,
    dependent=(
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
        "rds:AddTagsToResource",
    ),
    dependent_source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html "
    "(CreateDBInstance, without what only other settings need)",
)
_FAIL_OVER = Step(
    observe=writer.observe,
    act=writer.fail_over,
    typical=_MOVE,
    reads=writer.READS,
    writes=("rds:FailoverGlobalCluster",),
)
_SWITCH_OVER = Step(
    observe=writer.observe,
    act=writer.switch_over,
    typical=_MOVE,
    reads=writer.READS,
    writes=("rds:SwitchoverGlobalCluster",),
)

TECHNOLOGY = Technology(
    name="aurora",
    title="Aurora global databases",
    summary=(
        "Gives the secondary cluster an instance where it has none, and makes it the writer: by a failover that may "
        "lose what was not replicated, or by a switchover that loses nothing and waits while the secondary lags."
    ),
    steps={
        (Operation.FAILOVER, Phase.INSTANTIATE): _INSTANCE,
        (Operation.FAILOVER, Phase.ACTIVATE): _FAIL_OVER,
        (Operation.SWITCHOVER, Phase.INSTANTIATE): _INSTANCE,
        (Operation.SWITCHOVER, Phase.ACTIVATE): _SWITCH_OVER,
    },
    find=finding.find,
    find_reads=finding.READS,
    preflight=preflight.check,
    preflight_reads=preflight.READS,
    parameters={
        "global_cluster": "Identifier of the global database.",
        "cluster": "Identifier of its cluster in the target Region.",
        "cluster_arn": "ARN of that cluster.",
        "engine": "aurora-mysql or aurora-postgresql.",
    },
    wake_ups=(WakeUp(source="aws.rds", detail_types=("RDS DB Cluster Event",)),),
    later={
        "DBInstanceAlreadyExists": "delete the instance that has the name, or skip the resource",
        "InsufficientDBInstanceCapacity": f"set the tag {finding.CLASS_TAG} to a class of which there is capacity",
        "InstanceQuotaExceeded": "raise the RDS quota L-7B6409FD (DB instances) in the target Region",
        "InvalidDBClusterStateFault": "look at the cluster in the RDS console and bring it to `available`",
        "InvalidGlobalClusterStateFault": "look at the global database and its primary in the RDS console: what is "
        "under way, or not available?",
    },
    caveats=(
        "Everything is asked of the target Region: a dead primary Region stops no failover. A switchover needs both.",
        "A failover loses the writes that had not been replicated. The old primary, when its Region is back, becomes "
        "a secondary again by itself.",
        "Applications reach the new writer by the global writer endpoint some seconds after the change, or by DNS "
        "records of their own in a later wave.",
        "RDS moves the writer only between clusters of one engine version; how it refuses others is not documented.",
        "A headless secondary needs minutes for its first instance, and the class in the tag dr:instance-class.",
    ),
)
