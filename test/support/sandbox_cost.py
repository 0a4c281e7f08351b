"""Render each bomb of the app's own table in a process of its own; print what each took.

Output: {bomb: [refused, seconds of a processor, KiB by which the process grew]}; `all at once` is
eight threads that render all of them.
"""

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from acme_portal.security.sandbox import RefusedTemplateError
from acme_portal.security.sandbox import render_untrusted
from tests.security.test_sandbox import BOMBS
from tests.security.test_sandbox import DATA


def refused(source: str) -> bool:
    try:
        render_untrusted(source, DATA)
    except RefusedTemplateError:
        return True
    return False


def largest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measured(work) -> list[object]:
    """Fork, so that what one bomb has taken is not there for the next one."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        before, started = largest(), time.process_time()
        outcome = work()
        with os.fdopen(writing, "w") as out:
            json.dump([outcome, time.process_time() - started, largest() - before], out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        outcome = json.load(answer)
    os.wait()
    return outcome


def together() -> bool:
    with ThreadPoolExecutor(8) as threads:
        return all(threads.map(refused, BOMBS.values()))


refused("{{ 1")  # what is imported late is not the bomb's
costs = {name: measured(lambda source=source: refused(source)) for name, source in BOMBS.items()}
json.dump(costs | {"all at once": measured(together)}, sys.stdout)
