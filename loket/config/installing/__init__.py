"""Setting an office up for real (`loket init`), and changing releases (`loket upgrade`, `loket rollback`)."""
