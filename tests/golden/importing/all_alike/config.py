from kohakuengine import Config


def config_gen():
    for _ in range(3):
        yield Config(globals_dict={"seed": 7})
