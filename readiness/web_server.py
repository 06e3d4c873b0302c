"""How gunicorn runs: `gunicorn --config python:readiness.web_server readiness.wsgi`, in the embedded mode and for real.

HOST and PORT say where (default 127.0.0.1:8000), WEB_WORKERS and WEB_THREADS how many pages at once.
"""

import os
from typing import Any

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 1)
# An upload or download occupies a thread for as long as the browser takes.
threads = int(os.environ.get("WEB_THREADS") or 8)
# A fault in the settings stops the start; without this gunicorn would start one failing worker after another.
preload_app = True
graceful_timeout = 10
# The control socket would be in the home folder of the user who runs this, outside DATA_DIR.
control_socket_disable = True
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Says that pages can be opened, and where."""
    print(f"Ready: {os.environ.get('PUBLIC_URL') or f'listening on {bind}'}", flush=True)
