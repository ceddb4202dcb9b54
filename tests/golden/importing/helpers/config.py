from kohakuengine import Config


def make(lr, *, epochs=2):
    return Config(globals_dict={"lr": lr, "epochs": epochs})


def lrs():
    yield 0.1
    yield 0.2


def config_gen():
    yield make(0.5, epochs=1)
    yield from [make(lr) for lr in lrs()]
