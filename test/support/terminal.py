"""Runs a command in a pseudo-terminal: JSON in on stdin, JSON out on stdout."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


def plain(raw: bytes) -> str:
    return ESCAPES.sub("", raw.decode("utf-8", "replace")).replace("\r", "")


def main() -> None:
    job = json.load(sys.stdin)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(job["cwd"])
        os.execvpe(job["argv"][0], job["argv"], job["env"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(job["env"].get("ROWS", 50)), 110, 0, 0))
    raw, seen, steps = b"", 0, list(job["steps"])
    deadline = time.monotonic() + job["timeout"]
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if ready:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            raw += chunk
        text = plain(raw)
        if steps:
            found = text.find(steps[0]["expect"], seen)
            if found >= 0:
                step = steps.pop(0)
                seen = found + len(step["expect"])
                # A prompt drops what is typed in the tick in which it appears.
                time.sleep(0.12)
                for key in step["send"]:
                    os.write(terminal, key.encode())
                    time.sleep(0.02)
    else:
        os.kill(pid, 9)
    _, status = os.waitpid(pid, 0)
    waiting = steps[0]["expect"] if steps else None
    result = {"text": plain(raw), "raw": raw.decode("utf-8", "replace"), "waitingFor": waiting}
    print(json.dumps({**result, "exit": os.waitstatus_to_exitcode(status)}))


main()
