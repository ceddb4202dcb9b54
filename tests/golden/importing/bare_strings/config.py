name = "a ${b} \"c\" # d"
out = "two\nlines"
options = {"a b": "$x", "true": True, "none": None}
loss_fn = None
