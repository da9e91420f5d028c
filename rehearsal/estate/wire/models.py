"""The service models that give the wire formats, loaded once, and how a request names its operation."""

import re
import threading
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

import botocore.loaders
import botocore.utils
from moto.core.model import OperationModel, ServiceModel

SERVICE_OF_SIGNING_NAME = {
    "drs": "drs",
    "ec2": "ec2",
    "rds": "rds",
    "route53": "route53",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "kms": "kms",
    "ssm": "ssm",
}
_LOADER = botocore.loaders.create_loader()
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Route:
    """A REST operation: its method and the pattern of its path."""

    method: str
    path: re.Pattern[str]
    operation: str


@dataclass(frozen=True, slots=True)
class WireModel:
    """A service's model, the protocol that SDKs speak to it, and its routes if that is a REST protocol."""

    service: ServiceModel
    protocol: str
    routes: tuple[Route, ...]

    def operation(self, name: str) -> OperationModel:
        """The model of one operation."""
        model: OperationModel = self.service.operation_model(name)
        return model

    def match(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The operation that a REST request means, and the parameters in its path."""
        for route in self.routes:
            found = route.path.fullmatch(path) if route.method == method else None
            if found is not None:
                return route.operation, {name: unquote(value) for name, value in found.groupdict().items()}
        return None


def wire_model(service: str) -> WireModel:
    """The model of a service, cached."""
    with _LOADING:
        return _load(service)


@cache
def _load(service: str) -> WireModel:
    model = ServiceModel(_LOADER.load_service_model(service, "service-2"), service)
    offered = model.metadata.get("protocols", [model.metadata["protocol"]])
    protocol = next(name for name in botocore.utils.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS if name in offered)
    rest = protocol.startswith("rest-")
    routes = [_route(model.operation_model(name)) for name in model.operation_names] if rest else []
    return WireModel(model, protocol, tuple(routes))


def _route(operation: OperationModel) -> Route:
    path = operation.http["requestUri"].split("?")[0].rstrip("/")
    parts = re.split(r"\{(\w+)(\+?)\}", path)
    pattern = re.escape(parts[0])
    for name, greedy, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pattern += f"(?P<{name}>{'.+' if greedy else '[^/]+'})" + re.escape(text)
    return Route(operation.http["method"], re.compile(pattern + "/?"), operation.name)
