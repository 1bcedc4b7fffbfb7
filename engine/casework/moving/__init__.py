"""How a case moves on: the flow goes a step, its trace is left, what follows comes about, by a person or by none."""
