"""What becomes of the metrics of a run: lines in its folder, and from there runs of MLflow."""
