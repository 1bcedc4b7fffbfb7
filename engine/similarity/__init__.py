"""Cases that resemble one another, and the units that such cases were handled by."""
