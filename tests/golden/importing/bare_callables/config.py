def helper(x):
    return x


def scheduler(epoch):
    return helper(epoch)


class Model:
    size = 4


loss_fn = lambda x: x
epochs = Model.size
