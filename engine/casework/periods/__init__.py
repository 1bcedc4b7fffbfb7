"""What follows from the periods of cases: the sweep of what is due, and clocks counted again."""
