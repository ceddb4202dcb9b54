"""`specc lsp`: what editors ask of specs, over the Language Server Protocol."""
