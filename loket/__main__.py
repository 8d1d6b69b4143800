"""`python -m loket` is the command line `loket`."""

from loket.config.cli import main

main(prog_name="loket")
