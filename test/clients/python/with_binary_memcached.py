import sys

from loop import serve, several
import bmemcached

# What goes wrong it logs, and answers as for a miss.
client = bmemcached.Client([f"{sys.argv[1]}:{sys.argv[2]}"], socket_timeout=2)

serve(
    "python-binary-memcached",
    {
        "get": client.get,
        "multi": lambda *keys: several(keys, client.get_multi(keys)),
        "set": lambda key, value, ttl: client.set(key, value, int(ttl)),
        "add": client.add,
        "delete": client.delete,
        "incr": lambda key, by: client.incr(key, int(by)),
        "decr": lambda key, by: client.decr(key, int(by)),
        "flush": client.flush_all,
    },
)
