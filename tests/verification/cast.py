"""Run inside an installation's environment: makes complete drafts and sessions, and prints them as JSON."""

import json
import sys

from loket.config.start import setup

setup()

from django.conf import settings  # noqa: E402 (the settings exist only now)

from benchmarks import people  # noqa: E402 (the same)
from loket.offices.actions import totp_seed  # noqa: E402 (the same)

ROLES = ("petugas_loket", "operator_perubahan", "kepala_dinas")


def main(count: int) -> None:
    """Print `count` drafts and a session of each official."""
    found = people.drafts(people.citizens(count, "pemohon"), 1)
    head = people.official("kepala_dinas")
    cast = {
        "drafts": [
            {"case": str(draft.case_id), "cookie": draft.session.cookie, "csrf": draft.session.csrf}
            for mine in found
            for draft in mine
        ],
        "staff": {role: vars(people.session_of(people.official(role))) for role in ROLES},
        "head": head.pk,
        "totp": totp_seed(head),
        "passphrase": settings.DEMO_PASSPHRASE,
    }
    json.dump(cast, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
