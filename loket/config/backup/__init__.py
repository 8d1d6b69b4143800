"""Backup and restore of a whole installation: database, files, keys and anchors in one encrypted file.

keys      who can open a backup: a recovery key kept offline, or a passphrase
sealed    the encrypted stream, in chunks that are authenticated one by one
archive   named parts inside that stream, each with its SHA-256, and the manifest
programs  pg_dump and pg_restore of the right version
making    `loket backup`
restoring `loket restore`
"""
