"""What names in specs mean, and where: definitions, uses, renaming, outlines, colours."""
