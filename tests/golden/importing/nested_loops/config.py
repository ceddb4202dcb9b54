from kohakuengine import Config


def config_gen():
    for lr in [0.001, 0.01]:
        for batch_size in (32, 64):
            yield Config(globals_dict={"lr": lr, "batch_size": batch_size, "out": f"runs/{lr}/{batch_size}"}, metadata={"lr": lr})
