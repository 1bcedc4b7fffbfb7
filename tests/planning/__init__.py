"""The yearly plan of supervision."""
