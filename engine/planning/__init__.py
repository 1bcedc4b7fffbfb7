"""The yearly plan of supervision (监督法 arts 12, 63): proposed, adopted, made public, adjusted, carried out."""
