from itertools import product

from kohakuengine import Config


def config_gen():
    for lr, (device, seed) in product([0.1, 0.2], [("cpu", 0), ("cuda", 1), ("tpu", 2)]):
        yield Config(globals_dict={"lr": lr, "device": device, "seed": seed})
