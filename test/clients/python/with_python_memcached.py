import sys

from loop import serve, several
import memcache

# What goes wrong it writes to standard error alone, and answers as for a miss.
client = memcache.Client([f"{sys.argv[1]}:{sys.argv[2]}"], socket_timeout=2, cache_cas=True, debug=1)


serve(
    "python-memcached",
    {
        "get": client.get,
        "multi": lambda *keys: several(keys, client.get_multi(keys)),
        "set": lambda key, value, ttl: client.set(key, value, int(ttl)) != 0,
        "add": lambda key, value: client.add(key, value) != 0,
        "append": lambda key, value: client.append(key, value) != 0,
        "delete": lambda key: client.delete(key) != 0,
        "incr": lambda key, by: client.incr(key, int(by)),
        "decr": lambda key, by: client.decr(key, int(by)),
        "gets": client.gets,
        "cas": lambda key, value: client.cas(key, value) != 0,
        "touch": lambda key, ttl: client.touch(key, int(ttl)) != 0,
        "flush": client.flush_all,
    },
)
