"""What the public puts before the congress without signing in, and what it learns of it with a receipt."""
