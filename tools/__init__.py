"""Scripts for those who develop the project; the program itself never imports them."""
