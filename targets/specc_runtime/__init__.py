"""What is there when a step runs: on a laptop, in Lambda, in Batch. Imports nothing else of specc."""
