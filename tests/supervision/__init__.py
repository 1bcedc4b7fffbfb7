"""What the congress does beyond a case's own flow."""
