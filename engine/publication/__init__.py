"""What the public may read: redacted copies as records of their own, and the open data made of them."""
