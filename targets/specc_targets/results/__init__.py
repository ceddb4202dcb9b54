"""What a sweep gave: one row for each cell of a map, read from the folder of a run while it goes on or later."""
