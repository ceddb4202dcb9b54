from kohakuengine import Config

CONFIG = Config.from_dict({"globals": {"lr": 0.1}, "kwargs": {"steps": 2}, "metadata": {"a": [1]}})
