"""What steps do that call no function of the user's. Each module is loaded when such a step runs."""
