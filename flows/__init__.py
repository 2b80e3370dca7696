"""The pipeline as Prefect flows: ingest, segment, extract, publish, and build, which runs them all.

The flows are thin: they divide the work into tasks, keep what was done, and report; the work itself is in `regesta`.

A module with a flow leaves `from __future__ import annotations` away: a served flow is sent to another process by
value, where Prefect would look in vain for what the words of its annotations mean.
"""

from __future__ import annotations

import os

# Before Prefect is imported: it reads its settings then. Whatever the user has set wins.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
# Its own server takes 10 to 20 seconds to start, and more on a busy machine.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
