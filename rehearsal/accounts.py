"""An account inside the emulator, and sessions and environments that can reach nothing else."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

HUB_ACCOUNT = "111111111111"
TARGET_REGION = "us-west-2"
SECRET = "embedded"  # noqa: S105 - the emulator takes any


class EmbeddedSession(boto3.Session):
    """A boto3 session of one emulated account: the user's own profiles, proxies and endpoints have no say in it."""

    def __init__(self, endpoint: str, account_id: str, region: str) -> None:
        core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        core.set_config_variable("config_file", os.devnull)
        core.set_config_variable("credentials_file", os.devnull)
        super().__init__(account_id, SECRET, region_name=region, botocore_session=core)
        self.endpoint = endpoint

    if not TYPE_CHECKING:  # so that callers keep boto3's own typed overloads

        def client(self, service_name: str, *, config: Config | None = None, **options: Any) -> Any:
            """A client of the emulator."""
            direct = Config(proxies={}) if config is None else config.merge(Config(proxies={}))
            return super().client(service_name, endpoint_url=self.endpoint, config=direct, **options)


@dataclass(frozen=True, slots=True)
class EmbeddedAccount:
    """An account and Region of the emulator, which takes a caller's access key for the number of his account."""

    endpoint: str
    account_id: str = HUB_ACCOUNT
    region: str = TARGET_REGION

    def session(self) -> EmbeddedSession:
        """A boto3 session that speaks as this account."""
        return EmbeddedSession(self.endpoint, self.account_id, self.region)

    def environment(self) -> dict[str, str]:
        """This process's environment for a child that speaks AWS as this account, e.g. `aws`, `sam` or `dr`."""
        return environment_without_aws() | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.account_id,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }


def environment_without_aws() -> dict[str, str]:
    """This process's environment without anything that leads to a real AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
