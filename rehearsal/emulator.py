"""Starts and stops MiniStack, the emulated control plane that runs the functions as local processes."""

import os
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal import tools
from rehearsal.accounts import HUB_ACCOUNT, TARGET_REGION, EmbeddedAccount
from rehearsal.processes import GuardedProcess, ProcessFailedError, listen_on_free_port

LAUNCHER = Path(__file__).with_name("emulator_launcher.py")
START_SECONDS = 30.0
FUNCTION_WORKERS = min(30, 4 + 4 * (os.cpu_count() or 1))
IDLE_WORKER_SECONDS = 60
CALLS_BESIDE_QUEUES = 10  # stream functions and direct invocations, which no queue holds back


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """The hub's account and Region, how many functions run side by side (about 70 MB each), and whether IAM decides."""

    hub_account: str = HUB_ACCOUNT
    region: str = TARGET_REGION
    function_workers: int = FUNCTION_WORKERS
    enforce_permissions: bool = True


@dataclass
class Emulator:
    """One MiniStack of our own; its endpoint is known, and nobody else's, before it starts."""

    log: Path
    settings: EmulatorSettings = field(default_factory=EmulatorSettings)

    def __post_init__(self) -> None:
        """Take a port."""
        self._socket = listen_on_free_port()
        host, port = self._socket.getsockname()
        self.endpoint = f"http://{host}:{port}"
        self._process: GuardedProcess | None = None

    def start(self, function_environment: Mapping[str, str] | None = None) -> None:
        """Start, and return once it answers; every function gets the variables given, e.g. AWS_ENDPOINT_URL_DRS."""
        scratch = Path(tempfile.mkdtemp(prefix="groundswell-emulator-"))
        process = GuardedProcess.start(
            "the emulator",
            [tools.program(tools.EMULATOR, "python"), "-I", LAUNCHER],
            environment=self._environment(scratch) | dict(function_environment or {}),
            log=self.log,
            scratch=scratch,
            pass_fds=[self._socket.fileno()],
        )
        self._socket.close()
        self._process = process
        try:
            self._wait_for_health(process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it with all its functions, and remove their files. Safe to repeat, and before start."""
        self._socket.close()
        if self._process is not None:
            self._process.stop()

    @property
    def guardian_id(self) -> int | None:
        """The process that guards it while it runs."""
        return self._process.guardian_id if self._process else None

    def check_running(self) -> None:
        """Raise ProcessFailedError, with the end of the log, if it is not running any more."""
        if self._process is None:
            raise ProcessFailedError("the emulator was not started")
        self._process.check_running()

    def account(self, account_id: str | None = None) -> EmbeddedAccount:
        """An account in it; the hub's if none is named."""
        return EmbeddedAccount(self.endpoint, account_id or self.settings.hub_account, self.settings.region)

    def _wait_for_health(self, process: GuardedProcess) -> None:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            # The socket has been listening all along: the request waits in line until the emulator takes it.
            with direct.open(f"{self.endpoint}/_ministack/health", timeout=START_SECONDS):
                return
        except OSError as error:
            process.stop()
            process.check_running()
            raise ProcessFailedError(f"the emulator did not answer; log: {self.log}") from error

    def _environment(self, scratch: Path) -> dict[str, str]:
        """Nothing of the user's: MiniStack hands its own environment on to every function."""
        port = self.endpoint.rpartition(":")[2]
        workers = self.settings.function_workers
        return {
            "PATH": f"{tools.EMULATOR / 'bin'}:/usr/bin:/bin",
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "GATEWAY_PORT": port,
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": self.settings.region,
            "MINISTACK_ACCOUNT_ID": self.settings.hub_account,
            "STATE_DIR": str(scratch / "state"),
            "S3_DATA_DIR": str(scratch / "s3"),
            "DOCKER_HOST": f"unix://{scratch / 'no-docker'}",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "AUTH": str(self.settings.enforce_permissions).lower(),
            "LAMBDA_ACCOUNT_CONCURRENCY": str(workers + CALLS_BESIDE_QUEUES),
            "LAMBDA_WARM_TTL_SECONDS": str(IDLE_WORKER_SECONDS),
            "REHEARSAL_FUNCTION_WORKERS": str(workers),
            "REHEARSAL_LISTENING_FD": str(self._socket.fileno()),
            "REHEARSAL_SAM_PACKAGES": str(tools.site_packages(tools.SAM)),
        }
