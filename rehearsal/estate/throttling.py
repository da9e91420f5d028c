"""How each service says that it throttles, and the bucket that counts a rate."""

from rehearsal.estate.errors import EstateError

_REFUSALS: dict[str, tuple[str, str, int, dict[str, object]]] = {
    "drs": ("ThrottlingException", "Rate exceeded", 429, {"retryAfterSeconds": "1"}),
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503, {}),
    "rds": ("Throttling", "Rate exceeded", 400, {}),
    "route53": ("Throttling", "Rate exceeded", 400, {}),
    "cloudwatch": ("ThrottlingException", "Rate exceeded", 400, {}),
    "iam": ("Throttling", "Rate exceeded", 400, {}),
    "kms": ("ThrottlingException", "Rate exceeded", 400, {}),
    "ssm": ("ThrottlingException", "Rate exceeded", 400, {}),
    "service-quotas": ("TooManyRequestsException", "Too Many Requests", 400, {}),
}


def refusal_of(service: str) -> EstateError:
    """The throttling error of a service. Sources: the service models, and each service's common errors page."""
    code, message, status, fields = _REFUSALS[service]
    return EstateError(code, message, status, fields)


class Bucket:
    """A token bucket: `rate` calls a second on average, `burst` at once. Times are seconds since the epoch."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: int, at: float) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._at = at

    def take(self, at: float) -> bool:
        """Whether a call at `at` is within the rate; if so it is counted."""
        self._tokens = min(self._burst, self._tokens + max(0.0, at - self._at) * self._rate)
        self._at = max(at, self._at)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
