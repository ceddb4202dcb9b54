"""Machines that are deployed: put there, started, watched, stopped and taken down, with boto3."""
