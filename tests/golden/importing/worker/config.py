import os

from kohakuengine.config import Config


def config_gen(worker_id=None):
    if worker_id is None:
        worker_id = int(os.environ.get("KOGINE_WORKER_ID", 0))
    return Config(globals_dict={"device": f"cuda:{worker_id % 4}", "seed": 42 + worker_id}, metadata={"worker_id": worker_id})
