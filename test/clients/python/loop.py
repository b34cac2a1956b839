"""Takes requests from standard input, a line each, and writes an answer for each: see ../README.md."""

import importlib.metadata
import sys


def serve(package, operations):
    for line in sys.stdin:
        operation, *arguments = line.rstrip("\n").split("\t")
        print(answer(package, operations, operation, arguments), flush=True)


def answer(package, operations, operation, arguments):
    if operation == "version":
        return "= " + importlib.metadata.version(package)
    if operation not in operations:
        return "?"
    try:
        result = operations[operation](*arguments)
    except Exception as error:
        return f"! {type(error).__name__}: {error}".replace("\n", " ")
    if result is None or result is False:
        return "-"
    return "=" if result is True else f"= {text(result)}"


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def usual(client):
    """The calls that pymemcache and pylibmc name alike."""
    tokens = {}

    def gets(key):
        value, tokens[key] = client.gets(key)
        return value

    return {
        "get": client.get,
        "multi": lambda *keys: several(keys, client.get_multi(keys)),
        "set": lambda key, value, ttl: client.set(key, value, int(ttl)),
        "add": client.add,
        "append": client.append,
        "delete": client.delete,
        "incr": lambda key, by: client.incr(key, int(by)),
        "decr": lambda key, by: client.decr(key, int(by)),
        "gets": gets,
        "cas": lambda key, value: client.cas(key, value, tokens[key]),
        "touch": lambda key, ttl: client.touch(key, int(ttl)),
        "flush": client.flush_all,
    }


def several(keys, found):
    """Of many keys, the value of each or a minus sign, in their order."""
    return " ".join(text(found[key]) if key in found else "-" for key in keys)
