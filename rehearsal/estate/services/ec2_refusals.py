"""Why EC2 does not launch an instance for a server: as RunInstances says it, and a job's log repeats it."""

import ipaddress

from rehearsal.estate.operations import Call
from rehearsal.estate.state.drs import SourceServer

_GONE = ("shutting-down", "terminated")


def launch_refusal(call: Call, server: SourceServer) -> str | None:
    """The error, or None if the server is launched."""
    if call.world.faults.lacks_capacity(server.launch.launched_type):
        return _words("InsufficientInstanceCapacity", f"no sufficient {server.launch.launched_type} capacity")
    return _address_refusal(call, server) if server.launch.copy_private_ip else None


def _address_refusal(call: Call, server: SourceServer) -> str | None:
    landing = call.world.scenario.landing.of(call.caller.account)
    block = next((one.block for one in landing.subnets if one.zone == server.launch.zone), None)
    address = server.private_ip
    if block and ipaddress.ip_address(address) not in ipaddress.ip_network(block):
        return _words("InvalidParameterValue", f"Address {address} does not fall within the subnet's address range")
    own = {
        one.recovery_instance_id for one in call.site.recovery_instances.values() if one.server_id == server.server_id
    }
    for name, instance in call.site.instances.items():
        if name not in own and instance.private_ip == address and instance.state.at(call.now) not in _GONE:
            return _words("InvalidIPAddress.InUse", f"Address {address} is in use.")
    return None


def _words(code: str, message: str) -> str:
    return f"An error occurred ({code}) when calling the RunInstances operation: {message}"
