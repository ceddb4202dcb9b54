from kohakuengine import Config


def config_gen():
    lr = 1.0
    while lr > 0.1:
        yield Config(globals_dict={"lr": lr})
        lr /= 2
