"""The settings that the generated app ships, for every app of the bench: one worker, any app."""

import os
import runpy

shipped = runpy.run_path(os.environ["SHIPPED_SETTINGS"])
# The check at the start is about the generated app alone; a restarted worker would cost one variant a pause.
left_out = {"wsgi_app", "bind", "workers", "on_starting", "max_requests", "max_requests_jitter"}
globals().update({name: value for name, value in shipped.items() if name not in left_out})
workers = 1
