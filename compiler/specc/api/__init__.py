"""What Python programs use; `specc` itself gives it, each name when it is first asked for."""
