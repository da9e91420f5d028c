"""Before anything is launched: jobs that DRS takes, vCPUs, storage, addresses, instance types and keys.

What is read is read in bulk, whatever the number of servers: some twenty calls an account of 250.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from groundswell.domain.protection import Protected
from groundswell.technologies.checking import KEY_READS, Checks, attempt, place_of
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.preflight import (
    addresses,
    copied_addresses,
    encryption,
    instance_types,
    jobs,
    servers,
    storage,
    vcpus,
)
from groundswell.technologies.drs.preflight.launches import Launches
from groundswell.technologies.drs.preflight.volumes import Volumes

READS = (
    "drs:DescribeJobs",
    "drs:DescribeRecoveryInstances",
    "drs:DescribeSourceServers",
    "drs:GetLaunchConfiguration",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolumes",
    "servicequotas:GetServiceQuota",
    "servicequotas:ListServiceQuotas",
    *KEY_READS,
)


def check(look: Look, resources: Sequence[Protected]) -> Checks:
    """Whether what is to be launched in this account can be, together with what other executions will launch there."""
    place = place_of("drs", look)
    ours = {str(each.parameters["source_server_id"]): each for each in resources}
    others = {str(one["source_server_id"]) for one in look.besides} - set(ours)
    standing = jobs.Standing.read(look, sorted({*ours, *others}))
    waves = defaultdict[int, int](int)
    for server in standing.to_launch & set(ours):
        waves[ours[server].wave] += 1
    others_left = len(standing.to_launch & others)
    yield from attempt(place, jobs.CHECK, lambda: jobs.check(look, place, standing, waves, others_left))
    if not standing.to_launch:
        return
    names = {server: each.name for server, each in ours.items()}
    launches = Launches.read(look, standing, names)
    volumes = Volumes(look, standing.replaced)
    wanted = {server: name for server, name in names.items() if server in standing.to_launch}
    yield from servers.check(place, launches, wanted)
    yield from attempt(place, vcpus.CHECK, lambda: vcpus.check(look, place, launches))
    yield from attempt(place, storage.CHECK, lambda: storage.check(look, place, launches, volumes))
    yield from attempt(place, addresses.CHECK, lambda: addresses.check(look, place, launches))
    yield from attempt(place, instance_types.CHECK, lambda: instance_types.check(look, place, launches))
    yield from encryption.check(look, place, launches, volumes)
    yield from attempt(place, copied_addresses.CHECK, lambda: copied_addresses.check(look, place, launches))
    yield from servers.unread(look, launches)
