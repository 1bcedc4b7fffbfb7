"""Process folders being changed on screen: drafts, what is wrong with them, properties of their parts, try-out runs."""
