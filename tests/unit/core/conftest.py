"""How the property tests run: no time limit for each example, no database of examples in the checkout."""

from hypothesis import settings

settings.register_profile("loket", deadline=None, database=None)
settings.load_profile("loket")
