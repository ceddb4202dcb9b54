from kohakuengine import Config


def config_gen():
    for index, (lr, epochs) in enumerate(zip([0.1, 0.2, 0.3], range(1, 4))):
        yield Config(globals_dict={"lr": lr, "epochs": epochs, "seed": 40 + index * index}, kwargs={"steps": index})
