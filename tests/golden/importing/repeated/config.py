from kohakuengine import Config


def config_gen():
    for seed in [1, 1, 2]:
        yield Config(globals_dict={"seed": seed})
