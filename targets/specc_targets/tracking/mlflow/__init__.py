"""Runs of MLflow for a run and its cells, made of what the run keeps in its folder.

So nothing is lost when a server is down or the run is killed: what has not been sent is sent when the run goes on.
"""
