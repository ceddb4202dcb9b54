from kohakuengine import Config, capture_globals

epochs = 9
with capture_globals() as ctx:
    lr = 0.2
    batch_size = 8


def config_gen():
    return Config.from_context(ctx)
