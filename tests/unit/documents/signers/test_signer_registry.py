import subprocess
import sys

import pytest

from loket.documents import signers
from loket.documents.signers.base import SignerSetupError
from loket.documents.signers.client import LocalSigner


def test_the_registry_makes_a_signer_from_the_settings():
    signer = signers.get("local", socket_path="/nowhere/signer.sock")
    assert isinstance(signer, LocalSigner)
    assert not signer.production
    with pytest.raises(SignerSetupError, match="ada: local"):
        signers.get("lain")


def test_the_client_side_loads_no_pdf_library():
    code = (
        "import sys, loket.documents.signers; sys.exit('pyhanko' in sys.modules or 'django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
