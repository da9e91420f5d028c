"""What each function is configured with: its environment, read once and checked at cold start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from groundswell.domain.errors import ConfigError


def _split(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


Names = Annotated[tuple[str, ...], BeforeValidator(_split), AfterValidator(_distinct)]
Seconds = Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(_split)]


class Settings(BaseModel):
    """Variables of the function's environment, by the names of the fields in capitals."""

    model_config = ConfigDict(frozen=True, str_min_length=1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings: of this process, unless another environment is given.

        Raises:
            ConfigError: variables are missing or wrong; all of them are named.
        """
        names = {name: name.upper() for name in cls.model_fields}
        given = {name: environment[variable] for name, variable in names.items() if variable in environment}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
            raise ConfigError(f"set in template.yaml and deploy again: {'; '.join(faults)}") from error


class LedgerSettings(Settings):
    """Of a function that knows only the ledger."""

    ledger_table: str


class ProvenSettings(LedgerSettings):
    """Of a function behind the door's API."""

    door_proof_secret: str
    """The secret by which it knows the API's calls."""


class HubSettings(LedgerSettings):
    """Of a function that also publishes."""

    event_bus: str


class PlanSettings(HubSettings):
    """Of the planner and of the preview."""

    aws_region: str
    hub_account: str = Field(pattern=r"^\d{12}$")
    workload_accounts: Names
    inventory_bucket: str
    inventory_role: str
    workload_role_prefix: str
    external_id: str
    recovery_principals: str = Field(pattern=r"^arn:[a-z-]+:iam::\d{12}:role/")
    armed: bool
    request_max_age_seconds: int = Field(gt=0)
    wave_deadline_seconds: Seconds = Field(min_length=1)
    max_resources: int = Field(gt=0)


class OrderingSettings(HubSettings):
    """Of a function that asks for work orders."""

    order_validity_seconds: int = Field(gt=0)

    @property
    def order_validity(self) -> timedelta:
        """How long a request for an order may be acted upon."""
        return timedelta(seconds=self.order_validity_seconds)


class SweepSettings(OrderingSettings):
    """Of the sweep."""

    silence_seconds: int = Field(gt=0)


class RecoverSettings(HubSettings):
    """Of a technology's worker."""

    technology: str
    work_queue_url: str
    look_first_seconds: float = Field(gt=0)
    look_max_seconds: float = Field(gt=0)


class EnteringSettings(RecoverSettings):
    """Of the worker of a technology that enters workload accounts."""

    external_id: str
    role: str
