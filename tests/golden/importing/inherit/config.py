from kohakuengine import use_config

use_config("base.py")
use_config("more.py")
batch_size = 128
_metadata = {"experiment": "bs128"}
