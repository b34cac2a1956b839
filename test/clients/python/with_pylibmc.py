import sys

import pylibmc
from loop import serve, usual

client = pylibmc.Client(
    [f"{sys.argv[1]}:{sys.argv[2]}"],
    binary=sys.argv[3] == "binary",
    behaviors={"cas": True, "connect_timeout": 2000, "receive_timeout": 2_000_000},
)
serve("pylibmc", usual(client))
