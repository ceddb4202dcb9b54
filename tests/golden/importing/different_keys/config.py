from kohakuengine import Config


def config_gen():
    yield Config(globals_dict={"lr": 0.1})
    yield Config(globals_dict={"lr": 0.2})
    yield Config(globals_dict={"lr": 0.3, "device": "cuda"})
