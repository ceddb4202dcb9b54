"""A compiler for declarative specs: one file in, local runs and cloud workflows out."""
