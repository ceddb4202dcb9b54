from kohakuengine import Config

CONFIG = Config({"lr": 0.4}, kwargs={"resume": "x.pt"}, metadata={"n": 1})
