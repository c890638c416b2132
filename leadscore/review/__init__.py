"""Reviews a change of the rules: both sides built on the same data, and compared."""


class Stopped(Exception):
    """What keeps a review from being made, as a sentence for the person who asked."""
