from kohakuengine import Config

lr = 0.3


def config_gen():
    return Config.from_globals()
