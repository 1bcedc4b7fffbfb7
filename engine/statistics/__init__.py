"""The figures that offices publish, each with its denominator and the cases behind it."""
