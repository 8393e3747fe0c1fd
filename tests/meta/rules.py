"""How a rule about the tree is written down, with the proof that it can fail."""

RULES = []


class Rule:
    """A function from a Tree to its problems, and trees that must have some.

    BAD maps a label to (changes to a tree that follows every rule, a part of
    the problem's text that must come out).
    """

    def __init__(self, check, bad):
        self.check = check
        self.name = check.__name__.replace("_", "-")
        self.bad = bad


def rule(**bad):
    """Registers the decorated function; without a bad tree it proves nothing."""
    assert bad, "a rule needs at least one tree that breaks it"

    def register(check):
        RULES.append(Rule(check, bad))
        return check

    return register
