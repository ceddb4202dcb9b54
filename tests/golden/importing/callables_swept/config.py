import math
from kohakuengine import Config


def config_gen():
    for loss in (math.sqrt, math.exp):
        for seed in range(2):
            yield Config(globals_dict={"loss_fn": loss, "seed": seed})
