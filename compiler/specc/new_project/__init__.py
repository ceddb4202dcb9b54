"""What `specc init` writes: templates, and the files that a new project is made of."""
