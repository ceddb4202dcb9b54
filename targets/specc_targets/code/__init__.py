"""The user's code, read but never imported: which files a function reaches, and what they import from outside."""
