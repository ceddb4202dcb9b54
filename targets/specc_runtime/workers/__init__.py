"""Processes that run functions for an engine on the same machine, and can be killed when that is needed."""
