"""Guards of the house: facts about the tree that no single test would notice."""
