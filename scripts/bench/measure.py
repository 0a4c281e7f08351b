"""Runs one command and prints its processor and wall time in milliseconds and its memory in megabytes, children included."""

import json
import os
import pty
import select
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    job = json.loads(sys.argv[1])
    # Not removed: ext4 skips inodes that were freed lately one by one, which makes each new file many times slower.
    if job.get("aside") and Path(job["aside"]).exists():
        os.rename(job["aside"], f"{job['aside']}.{time.time_ns()}")
    Path(job["cwd"]).mkdir(parents=True, exist_ok=True)
    run = until_shown if job.get("until") else to_the_end
    print(json.dumps(run(job)))


def to_the_end(job: dict) -> dict:
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        execute(job)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    if code not in job.get("accept", [0]):
        sys.exit(f"{' '.join(job['argv'])} failed:\n{Path(job['log']).read_text()}")
    return {**result(usage, wall), "exit": code}


def until_shown(job: dict) -> dict:
    """Time until a terminal shows a text; the process is stopped then."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        execute(job)
    shown = b""
    while job["until"].encode() not in shown:
        ready, _, _ = select.select([terminal], [], [], 30)
        chunk = os.read(terminal, 65536) if ready else b""
        if not chunk:
            os.kill(pid, signal.SIGKILL)
            sys.exit(f"{' '.join(job['argv'])} never showed {job['until']!r}:\n{shown.decode(errors='replace')}")
        shown += chunk
    wall = time.perf_counter() - started
    os.kill(pid, signal.SIGKILL)
    _, _, usage = os.wait4(pid, 0)
    return result(usage, wall)


def execute(job: dict) -> None:
    os.chdir(job["cwd"])
    os.execvpe(job["argv"][0], job["argv"], {**os.environ, **job.get("env", {})})


def result(usage, wall: float) -> dict:
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "cpu": (usage.ru_utime + usage.ru_stime) * 1000,
        "wall": wall * 1000,
        "memory": usage.ru_maxrss * unit / 1_000_000,
    }


main()
