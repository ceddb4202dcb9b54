lr = 0.05
_args = ["ckpt.pt"]
_kwargs = {"steps": 3}
_metadata = {"experiment": "baseline", "owner": "alice"}
