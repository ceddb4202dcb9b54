from kohakuengine import Config, use_config


def config_gen():
    base = use_config("base.py")
    for seed in range(2):
        yield Config(globals_dict={**base.globals_dict, "seed": seed}, metadata=dict(base.metadata))
