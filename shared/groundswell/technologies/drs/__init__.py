"""Servers that AWS Elastic Disaster Recovery (DRS) replicates into the target Region."""

from __future__ import annotations

from datetime import timedelta

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Step, Technology, WakeUp
from groundswell.technologies.drs import finding, launching, preflight, quotas, servers, starting

_LAUNCH = Step(
    observe=launching.observe,
    act=launching.act,
    batch=100,
    room=quotas.room,
    # Field reports: a conversion server takes 2 to 10 minutes and the launch about 3 more; a wave of many servers is
    # as slow as its slowest. Above the quota of servers in jobs, the rest waits for a turn.
    typical=timedelta(minutes=11),
    at_once=quotas.SERVERS_IN_JOBS,
    reads=tuple(dict.fromkeys(launching.READS + quotas.READS)),
    writes=launching.WRITES,
    dependent=(
        "drs:CreateRecoveryInstanceForDrs",
        "drs:ListTagsForResource",
        "drs:TagResource",  # not on the page: the job is tagged as it is created
        "ec2:AttachVolume",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateLaunchTemplate",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:CreateSnapshot",
        "ec2:CreateTags",
        "ec2:CreateVolume",
        "ec2:DeleteLaunchTemplateVersions",
        "ec2:DeleteSnapshot",
        "ec2:DeleteVolume",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSnapshots",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "ec2:DetachVolume",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyLaunchTemplate",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "iam:PassRole",
    ),
    dependent_source="https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_awselasticdisasterrecovery.html (StartRecovery)",
)
_START = Step(
    observe=starting.observe,
    act=starting.act,
    only_if="its launch settings leave the instance stopped",
    batch=90,
    typical=timedelta(minutes=3),  # from running to both status checks: 1 to 4 minutes in the field
    reads=starting.READS,
    writes=starting.WRITES,
)

TECHNOLOGY = Technology(
    name="drs",
    title="Servers (AWS Elastic Disaster Recovery)",
    summary=(
        "Launches a recovery instance of each source server from its latest data, up to 100 servers a job, starts it "
        "where its launch settings leave it stopped, and is done when both EC2 status checks are ok."
    ),
    steps={
        (Operation.FAILOVER, Phase.INSTANTIATE): _LAUNCH,
        (Operation.FAILOVER, Phase.ACTIVATE): _START,
        (Operation.SWITCHOVER, Phase.INSTANTIATE): _LAUNCH,
        (Operation.SWITCHOVER, Phase.ACTIVATE): _START,
    },
    find=finding.find,
    find_reads=finding.READS,
    preflight=preflight.check,
    preflight_reads=preflight.READS,
    flaws=servers.flaws,
    parameters={"source_server_id": "The DRS source server in the target Region, e.g. s-3c1730a9e0f5d2b84."},
    settle=launching.SETTLE,
    wake_ups=(WakeUp(source="aws.drs", detail_types=("DRS Source Server Launch Result",)),),
    later={
        "ConflictException": "find out in the DRS console which job holds the server, and wait for its end",
        "ServiceQuotaExceededException": f"raise the quotas of DRS: {quotas.NAMED}",
        "InsufficientInstanceCapacity": "change the server's instance type or subnet, in its EC2 launch template, to "
        "one of which there is capacity",
        "IncorrectInstanceState": "look at the instance in the EC2 console and bring it to `stopped`",
    },
    caveats=(
        "Everything is asked of the target Region: a dead primary Region stops no launch. A server that is no longer "
        "seen is launched from its last snapshot, so what it wrote since is lost.",
        "A switchover does not stop the source servers. Stop their writers before, and let the lag go to nothing.",
        "DRS terminates the earlier recovery or drill instance of a server when it launches a new one. A server that "
        "already has a recovery instance is therefore left alone unless the request says relaunch; a drill instance "
        "is replaced. One that is older than the server's dr:rpo-target, or than a day, needs accept_existing or "
        "relaunch.",
        "A server that was disconnected from DRS, or whose replication was stopped, has nothing left to launch from.",
        "Launch settings, subnets and security groups are those of the source server: Groundswell changes none.",
    ),
)
