"""Rules of cases in plain Python: who may do what (`states`), answers (`answers`), time (`deadlines`)."""
