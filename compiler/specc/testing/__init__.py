"""The tests that specs carry: run, judged, told."""
