"""How much memory a rehearsal's processes hold, sampled while it runs (Linux; elsewhere nothing is known)."""

import threading
from pathlib import Path

_EVERY_SECONDS = 0.5
_PARENT_FIELD, _SESSION_FIELD = 1, 3
"""Places of the parent and the session in /proc/PID/stat after the command's name (proc(5))."""
_RSS_PREFIX = "VmRSS:"


class MemorySampler(threading.Thread):
    """Keeps the largest sum of resident memory, in megabytes, that guarded commands and all they started had.

    Memory that processes share is counted for each of them.
    """

    def __init__(self, guardians: frozenset[int]) -> None:
        super().__init__(name="memory-sampler", daemon=True)
        self._guardians = guardians
        self._stopped = threading.Event()
        self.most_megabytes = 0.0
        self.most_processes = 0

    def run(self) -> None:
        """Sample until stopped."""
        while not self._stopped.wait(_EVERY_SECONDS):
            held = [_resident_kilobytes(process) for process in _processes_of(self._guardians)]
            self.most_megabytes = max(self.most_megabytes, sum(held) / 1024)
            self.most_processes = max(self.most_processes, len(held))

    def stop(self) -> None:
        """Stop sampling."""
        self._stopped.set()
        self.join()


def resident_megabytes(process: int) -> float:
    """What one process holds now; 0 if it is gone."""
    return _resident_kilobytes(Path("/proc", str(process))) / 1024


def guarded_command(guardian: int) -> int:
    """The process that a guardian guards, without those that it started; 0 if there is none."""
    processes = ((process, _stat(process)) for process in Path("/proc").glob("[0-9]*"))
    return next((int(process.name) for process, stat in processes if stat and int(stat[_PARENT_FIELD]) == guardian), 0)


def _processes_of(guardians: frozenset[int]) -> list[Path]:
    """Each guardian's command leads a session, which all that it starts are in."""
    stats = {process: stat for process in Path("/proc").glob("[0-9]*") if (stat := _stat(process))}
    sessions = {stat[_SESSION_FIELD] for stat in stats.values() if int(stat[_PARENT_FIELD]) in guardians}
    return [process for process, stat in stats.items() if stat[_SESSION_FIELD] in sessions]


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _resident_kilobytes(process: Path) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(_RSS_PREFIX)), 0)
