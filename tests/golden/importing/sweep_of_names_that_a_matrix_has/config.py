_sweep = {"mode": ["fast", "slow"], "seed": [3, 5]}
