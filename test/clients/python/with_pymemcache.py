import sys

from loop import serve, usual
from pymemcache.client.base import Client

# Without noreply an answer is waited for, as for all other clients.
client = Client((sys.argv[1], int(sys.argv[2])), connect_timeout=2, timeout=2, default_noreply=False)
serve("pymemcache", usual(client))
