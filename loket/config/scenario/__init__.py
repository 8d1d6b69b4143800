"""Trying a standard out: a whole service from a scenario file, in a database of its own.

`reading` checks the file, `databases` and `surroundings` make a throw-away installation, `preparing` fills
it, `driving` takes a case through its steps by the same actions as the doors, `results` says what came of it.
"""
