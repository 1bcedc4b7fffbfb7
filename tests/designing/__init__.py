"""Process folders changed on screen: drafts, their check, properties of their parts, try-out runs."""
