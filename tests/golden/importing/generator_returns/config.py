from kohakuengine import Config


def config_gen():
    return Config(globals_dict={"lr": 0.05, "batch_size": 64}, kwargs={"resume": "a"}, metadata={"experiment": "baseline"})
