"""What the pages show: plain values read for one person; nothing here changes anything."""
