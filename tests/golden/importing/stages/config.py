from kohakuengine import Config


def config_gen():
    base = {"epochs": 5, "device": "cpu"}
    for lr in [0.001, 0.01]:
        yield Config(globals_dict={**base, "lr": lr, "name": "warmup"}, metadata={"stage": "warmup"})
    for lr in [0.1, 1.0]:
        yield Config(globals_dict={**base, "lr": lr, "name": "anneal"}, metadata={"stage": "anneal"})
