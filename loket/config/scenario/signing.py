"""The signer process of a scenario: `python -m loket.config.scenario.signing SOCKET KEYS MOMENT`.

The same process as in an installation, but its clock stands at the start of the scenario, so that the keys
made then are valid whenever the scenario is played.
"""

import sys
from datetime import datetime
from pathlib import Path

from loket.documents.signers.process import serve


def main() -> None:
    """Answer signing requests until SIGTERM."""
    socket_path, keys_dir, moment = sys.argv[1:]
    serve(Path(socket_path), Path(keys_dir), clock=lambda: datetime.fromisoformat(moment))


if __name__ == "__main__":
    main()
