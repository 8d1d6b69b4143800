"""`make bench`: the figures that the design promises, each measured on an installation of its own."""
