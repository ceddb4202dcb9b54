"""What becomes of a module: artifacts, pictures, and what drives them. Reached through the registry only."""
