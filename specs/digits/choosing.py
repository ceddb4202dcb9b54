def best(runs: list[dict]) -> dict:
    """The setting with the highest accuracy; of several the one that varies least."""
    return max(runs, key=lambda run: (run["accuracy"], -run["spread"]))
