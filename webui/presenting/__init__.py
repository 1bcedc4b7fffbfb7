"""Readings of the engine as the templates take them: words in the reader's language, lamps, addresses."""
