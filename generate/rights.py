"""What each IAM action of a workload role may touch.

The contract of a technology says which actions its steps need; how far AWS lets each be narrowed is said here, after
the service authorization reference (https://docs.aws.amazon.com/service-authorization/latest/reference/). An action
that is missing here cannot be granted: somebody has to look it up first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_HERE = "${HubRegion}:${AWS::AccountId}"
_ARNS = {
    "drs:source-server": f"drs:{_HERE}:source-server/*",
    "drs:job": f"drs:{_HERE}:job/*",
    "ec2:image": "ec2:${HubRegion}::image/*",
    "ec2:instance": f"ec2:{_HERE}:instance/*",
    "ec2:key-pair": f"ec2:{_HERE}:key-pair/*",
    "ec2:launch-template": f"ec2:{_HERE}:launch-template/*",
    "ec2:network-interface": f"ec2:{_HERE}:network-interface/*",
    "ec2:placement-group": f"ec2:{_HERE}:placement-group/*",
    "ec2:security-group": f"ec2:{_HERE}:security-group/*",
    "ec2:snapshot": "ec2:${HubRegion}::snapshot/*",
    "ec2:subnet": f"ec2:{_HERE}:subnet/*",
    "ec2:volume": f"ec2:{_HERE}:volume/*",
    "ec2:vpc": f"ec2:{_HERE}:vpc/*",
    "iam:drs-roles": "iam::${AWS::AccountId}:role/service-role/AWSElasticDisasterRecovery*",
    "iam:recovery-roles": "iam::${AWS::AccountId}:role/${RolePrefix}-*",
    # A key may be another account's; its policy has the last word.
    "kms:key": "kms:${HubRegion}:*:key/*",
    # The old primary is a cluster of another Region, and part of what a failover changes.
    "rds:cluster": "rds:*:${AWS::AccountId}:cluster:*",
    "rds:global-cluster": "rds::${AWS::AccountId}:global-cluster:*",
    "rds:instance": f"rds:{_HERE}:db:*",
    "rds:cluster-here": f"rds:{_HERE}:cluster:*",
    "rds:option-group": f"rds:{_HERE}:og:*",
    "rds:parameter-group": f"rds:{_HERE}:pg:*",
    "rds:security-group": f"rds:{_HERE}:secgrp:*",
    "rds:subnet-group": f"rds:{_HERE}:subgrp:*",
    "ssm:automation": f"ssm:{_HERE}:automation-execution/*",
    "ssm:document": f"ssm:{_HERE}:document/${{DocumentPrefix}}-*",
    "route53:zone": "route53:::hostedzone/*",
    "route53:change": "route53:::change/*",
}
_TOUCHES: dict[str, tuple[str, ...]] = {
    "drs:CreateRecoveryInstanceForDrs": ("drs:source-server",),
    "drs:DescribeJobLogItems": ("drs:job",),
    "drs:GetLaunchConfiguration": ("drs:source-server",),
    "drs:StartRecovery": ("drs:source-server",),
    "drs:TagResource": ("drs:job",),
    "ec2:AttachVolume": ("ec2:instance", "ec2:volume"),
    "ec2:AuthorizeSecurityGroupEgress": ("ec2:security-group",),
    "ec2:AuthorizeSecurityGroupIngress": ("ec2:security-group",),
    "ec2:CreateLaunchTemplate": ("ec2:launch-template",),
    "ec2:CreateLaunchTemplateVersion": ("ec2:launch-template",),
    "ec2:CreateSecurityGroup": ("ec2:security-group", "ec2:vpc"),
    "ec2:CreateSnapshot": ("ec2:snapshot", "ec2:volume"),
    "ec2:CreateTags": (
        "ec2:instance",
        "ec2:launch-template",
        "ec2:network-interface",
        "ec2:security-group",
        "ec2:snapshot",
        "ec2:volume",
    ),
    "ec2:CreateVolume": ("ec2:snapshot", "ec2:volume"),
    "ec2:DeleteLaunchTemplateVersions": ("ec2:launch-template",),
    "ec2:DeleteSnapshot": ("ec2:snapshot",),
    "ec2:DeleteVolume": ("ec2:volume",),
    "ec2:DescribeInstanceAttribute": ("ec2:instance",),
    "ec2:DetachVolume": ("ec2:instance", "ec2:volume"),
    "ec2:ModifyInstanceAttribute": ("ec2:instance", "ec2:security-group", "ec2:volume"),
    "ec2:ModifyLaunchTemplate": ("ec2:launch-template",),
    "ec2:RevokeSecurityGroupEgress": ("ec2:security-group",),
    "ec2:RunInstances": (
        "ec2:image",
        "ec2:instance",
        "ec2:key-pair",
        "ec2:launch-template",
        "ec2:network-interface",
        "ec2:placement-group",
        "ec2:security-group",
        "ec2:snapshot",
        "ec2:subnet",
        "ec2:volume",
    ),
    "ec2:StartInstances": ("ec2:instance",),
    "ec2:StopInstances": ("ec2:instance",),
    "ec2:TerminateInstances": ("ec2:instance",),
    "iam:GetRole": ("iam:recovery-roles",),
    "iam:PassRole": ("iam:drs-roles",),
    "kms:CreateGrant": ("kms:key",),
    "kms:Decrypt": ("kms:key",),
    "kms:DescribeKey": ("kms:key",),
    "kms:GenerateDataKey": ("kms:key",),
    "rds:AddTagsToResource": ("rds:instance",),
    "rds:CreateDBInstance": (
        "rds:cluster-here",
        "rds:instance",
        "rds:option-group",
        "rds:parameter-group",
        "rds:security-group",
        "rds:subnet-group",
    ),
    "rds:DescribeDBClusters": ("rds:cluster-here",),
    "rds:DescribeDBInstances": ("rds:instance",),
    "rds:DescribeGlobalClusters": ("rds:global-cluster",),
    "rds:FailoverGlobalCluster": ("rds:cluster", "rds:global-cluster"),
    "rds:ListTagsForResource": ("rds:cluster-here", "rds:global-cluster", "rds:instance"),
    "rds:SwitchoverGlobalCluster": ("rds:cluster", "rds:global-cluster"),
    "route53:ChangeResourceRecordSets": ("route53:zone",),
    "route53:GetChange": ("route53:change",),
    "route53:GetHostedZone": ("route53:zone",),
    "route53:ListResourceRecordSets": ("route53:zone",),
    "route53:ListTagsForResource": ("route53:zone",),
    "ssm:AddTagsToResource": ("ssm:automation",),
    "ssm:GetAutomationExecution": ("ssm:automation",),
    "ssm:ListTagsForResource": ("ssm:automation",),
    "ssm:StartAutomationExecution": ("ssm:automation", "ssm:document"),
}
_NOT_NARROWED = frozenset(
    {
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "drs:DescribeJobs",
        "drs:DescribeRecoveryInstances",
        "drs:DescribeSourceServers",
        "drs:ListTagsForResource",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSnapshots",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "rds:DescribeOrderableDBInstanceOptions",
        "route53:ListHostedZones",
        "route53:ListHostedZonesByName",
        "servicequotas:GetServiceQuota",
        "servicequotas:ListServiceQuotas",
        "ssm:DescribeAutomationExecutions",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
    }
)
"""Reads for which AWS takes no resource but `*`."""
_CONDITIONS = {
    "drs:StartRecovery": 'StringEquals: { "aws:ResourceTag/dr:enabled": "true" } # the opt-in, on the server itself',
    "ec2:StartInstances": '"Null": { "aws:ResourceTag/AWSElasticDisasterRecoveryManaged": "false" } # launched by DRS',
    "iam:PassRole": "StringEquals: { iam:PassedToService: ec2.amazonaws.com }",
}
"""Conditions that narrow an action further."""
_BY_PARAMETER = frozenset({"route53:ChangeResourceRecordSets"})
"""Actions that are granted by hand, on what a parameter of the account's template names."""
BOUNDS = {
    "drs:StartRecovery": (
        "source servers of the account with the tag `dr:enabled` = `true`, and those that the parameter "
        "`SourceServerArns` names"
    ),
    "ec2:StartInstances": "instances that DRS launched",
    "rds:CreateDBInstance": (
        "clusters and instances of the account in the hub's Region. Not by tag, until it has been seen on AWS "
        "whose tags this call asks about"
    ),
    "rds:FailoverGlobalCluster": (
        "global databases and clusters of the account. Not by tag: the call is about the old primary too, "
        "whose tags are in the Region that fails"
    ),
    "rds:SwitchoverGlobalCluster": "as `rds:FailoverGlobalCluster`",
    "route53:ChangeResourceRecordSets": (
        "hosted zones that the parameter `HostedZoneArns` names; none, until one is named. Not by tag: Route "
        "53 takes none in a condition"
    ),
    "ssm:SendCommand": (
        "documents of the account whose names begin with `DocumentPrefix`, on instances that DRS launched or "
        "that have the tag `dr:enabled` = `true`"
    ),
    "ssm:StartAutomationExecution": (
        "documents of the account whose names begin with `DocumentPrefix`. What such a document touches, its "
        "own role bounds"
    ),
}
"""What IAM lets each acting right touch, in words; where that is wider than the opt-in, why."""
_APART: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    # Conditions of a command's instances do not hold for its document. Global condition keys do not work for it:
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
    "ssm:SendCommand": (
        (("ssm:document",), ""),
        (("ec2:instance",), '"Null": { "ssm:resourceTag/AWSElasticDisasterRecoveryManaged": "false" } # by DRS'),
        (("ec2:instance",), 'StringEquals: { "ssm:resourceTag/dr:enabled": "true" }'),
    ),
}
"""Actions that touch several kinds of resources, each under a condition of its own."""
_THROUGH_AWS_ONLY = 'Bool: { aws:ViaAWSService: "true" } # only through the service that acts with our credentials'


class UnknownActionError(Exception):
    """Nobody has said yet what an action may touch."""


@dataclass(frozen=True, order=True)
class Reach:
    """How far a right goes: the resources it may touch (none: AWS takes only `*`) and the condition on it."""

    resources: tuple[str, ...]
    condition: str = ""


def reaches_of(action: str) -> tuple[Reach, ...]:
    """How far an action that we call ourselves goes; several where each kind of resource has its own condition.

    Raises:
        UnknownActionError: its resources have not been looked up.
    """
    if action in _BY_PARAMETER:
        return ()
    if action in _APART:
        return tuple(Reach(_arns(names), condition) for names, condition in _APART[action])
    return (reach_of(action),)


def reach_of(action: str) -> Reach:
    """How far an action that we call ourselves goes.

    Raises:
        UnknownActionError: its resources have not been looked up.
    """
    if action in _NOT_NARROWED:
        return Reach(())
    if action not in _TOUCHES:
        raise UnknownActionError(
            f"{action} is declared by a technology but generate/rights.py does not say what it may touch: look it up "
            "in the service authorization reference and add it to _TOUCHES, or to _NOT_NARROWED where AWS takes only *"
        )
    return Reach(_arns(_TOUCHES[action]), _CONDITIONS.get(action, ""))


def _arns(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"arn:${{AWS::Partition}}:{_ARNS[name]}" for name in names)


def reach_of_dependent(action: str, *, caller: str) -> Reach:
    """How far an action that the service `caller` performs with our credentials goes: no further than through it."""
    reach = reach_of(action)
    own = action.split(":", maxsplit=1)[0] == caller
    return reach if own or action == "iam:PassRole" else Reach(reach.resources, _THROUGH_AWS_ONLY)


def by_reach(rights: Iterable[tuple[str, Reach]]) -> dict[Reach, list[str]]:
    """The actions of equal reach together, both in order."""
    found: dict[Reach, set[str]] = {}
    for action, reach in rights:
        found.setdefault(reach, set()).add(action)
    return {reach: sorted(found[reach]) for reach in sorted(found)}
