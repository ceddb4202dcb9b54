"""Watching runs: live on a terminal, as lines of text or JSON, in files, and later from those files."""
