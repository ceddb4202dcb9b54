kind = "big"
if kind == "big":
    batch_size = 64
else:
    batch_size = 1
epochs = 0
for epochs in range(3):
    pass
while epochs < 7:
    epochs += 2
options = dict(a=1)
options["b"] = [2]
options["b"].append(3)
