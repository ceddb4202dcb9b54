import math
import json
from kohakuengine import use

lr = 0.1
loss_fn = use(math.sqrt)
scheduler = use(json.dumps)
