"""What can be typed at a place of a spec."""
