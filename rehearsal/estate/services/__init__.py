"""The services of the estate. Importing this package registers every operation."""

from rehearsal.estate.services import (
    cloudwatch,
    drs_instances,
    drs_jobs,
    drs_servers,
    drs_start,
    drs_terminate,
    ec2,
    ec2_changes,
    rds_changes,
    rds_failover,
    rds_reads,
    route53_changes,
    route53_reads,
    service_quotas,
)

__all__ = [
    "cloudwatch",
    "drs_instances",
    "drs_jobs",
    "drs_servers",
    "drs_start",
    "drs_terminate",
    "ec2",
    "ec2_changes",
    "rds_changes",
    "rds_failover",
    "rds_reads",
    "route53_changes",
    "route53_reads",
    "service_quotas",
]
