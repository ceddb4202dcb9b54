_sweep = {"options": [{"a": 1}, {"a": 2, "b": [None]}], "name": ["${x}", "y"]}
