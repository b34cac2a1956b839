interface Exception {
  /** Paths of the violations. */
  readonly at: readonly string[]
  readonly because: string
}

/** Configurations that the real mcrouter refuses for how they are written, and what the operator writes in place of it. */
export const writtenOtherwise: Readonly<Record<string, string>> = {
  'server_timeout in scientific notation': '"server_timeout":500',
}

/** Those that the real mcrouter accepts, and what it then does not do, each by the name of its vector. */
export const silentlyIgnored: Readonly<Record<string, Exception>> = {
  'routes same alias twice in an array': {
    at: ['routes[1].aliases[0]'],
    because: 'of two routes for one alias it takes the last',
  },
  'server port zero': {
    at: ['pools.A.servers[0]'],
    because: 'nothing listens on port 0',
  },
  'server host with space': {
    at: ['pools.A.servers[0]'],
    because: 'no name resolves that has a space',
  },
  'pool weights too few': {
    at: ['pools.A.weights'],
    because: 'it takes 0.5 for a missing weight, with a line in the log',
  },
  'pool weights empty': {
    at: ['pools.A.weights'],
    because: 'it takes 0.5 for a missing weight, with a line in the log',
  },
  'pool tags not array': {
    at: ['pools.A.tags'],
    because: 'it looks at tags with a hash function that needs them, and not before',
  },
  'hash unknown with one server': {
    at: ['route.hash'],
    because: 'it looks at the hash function when there are two servers, and refuses it then',
  },
  'hash WeightedCh3 weights too few': {
    at: ['route.hash.weights'],
    because: 'it takes 0.5 for a missing weight, with a line in the log',
  },
  'hash Rendezvous same tag twice': {
    at: ['route.hash.tags[1]'],
    because: 'of two servers with one tag, one gets no keys',
  },
  'shadow without index_range': {
    at: ['route.shadows[0].index_range'],
    because: 'it shadows nothing',
  },
  'shadow index_range beyond the pool': {
    at: ['route.shadows[0].index_range'],
    because: 'it takes the servers that there are',
  },
  'shadow index_range strings': {
    at: ['route.shadows[0].index_range[0]', 'route.shadows[0].index_range[1]'],
    because: 'it makes numbers of them here, and of no other number',
  },
  'shadow requests_fraction above 1': {
    at: ['route.shadows[0].requests_fraction'],
    because: 'no more than all requests are shadowed',
  },
  'ShadowRoute shadow_policy unknown': {
    at: ['route.shadow_policy', 'route.shadows'],
    because: 'it takes any word for the default policy; and shadows nothing without shadows',
  },
  'failover without children': {
    at: ['route.children'],
    because: 'every request is a miss',
  },
  'failover_errors unknown class': {
    at: ['route.failover_errors.reads'],
    because: 'it looks at gets, updates and deletes alone',
  },
  'failover_limit rate above 1': {
    at: ['route.failover_limit.rate'],
    because: 'it takes 1 for a rate above',
  },
  'failover_limit burst zero': {
    at: ['route.failover_limit.burst'],
    because: 'it takes no burst for a burst of 0',
  },
  'failover_policy unknown type': {
    at: ['route.failover_policy.type'],
    because: 'it takes the order of the children, and ignores max_tries',
  },
  'failover exptime settings of old releases': {
    at: ['route.settings'],
    because: 'it ignores the settings, which came before failover_errors',
  },
  'salted failover without policy': {
    at: ['route.failover_policy'],
    because: 'it takes the order of the children, and without a salt asks the same server again',
  },
  'latest weights too few': {
    at: ['route.weights'],
    because: 'it takes 0.5 for a missing weight, with a line in the log',
  },
  'latest without children': {
    at: ['route.children'],
    because: 'every request is a miss',
  },
  'all sync without children': {
    at: ['route.children'],
    because: 'every request is a miss',
  },
  'all initial children empty': {
    at: ['route.children'],
    because: 'every request is a miss',
  },
  'warm up exptime missing': {
    at: ['route.exptime'],
    because: 'what it copies never expires',
  },
  'warm up exptime negative': {
    at: ['route.exptime'],
    because: 'what it copies is gone at once',
  },
  'modify exptime min zero': {
    at: ['route.exptime'],
    because: '0 is never, the least of no two times',
  },
  'size split threshold negative': {
    at: ['route.threshold'],
    because: 'every value is above it',
  },
  'backslash at the end': {
    at: ['route.response'],
    because: 'it drops the backslash',
  },
  'backslash in a message': {
    at: ['route.response'],
    because: 'it drops the backslash',
  },
  'unknown top level key': {
    at: ['comment'],
    because: 'it ignores what it does not know',
  },
  'unix socket server': {
    at: ['pools.A.servers[0]'],
    because: 'there is no such socket in the container of a router: every request fails',
  },
  'unused broken pool': {
    at: ['pools.B.servers'],
    because: 'it does not look at a pool that no route leads to',
  },
  'default cluster parameter': {
    at: ['route'],
    because:
      'parameters are not taken (docs/adr/0027-own-json.md): what stands there is known to whoever writes it',
  },
  'operation selector without default': {
    at: ['route.default_policy'],
    because: 'every other operation answers an error with all servers up',
  },
  'prefix selector': {
    at: ['route.policies[""]'],
    because: 'it never looks at the wildcard beside an empty prefix',
  },
  'prefix selector only policies': {
    at: ['route.wildcard'],
    because: 'every other key answers an error with all servers up',
  },
  'macro and constant': {
    at: ['route', 'macros'],
    because: 'macros are not taken (docs/adr/0027-own-json.md)',
  },
  'if built-in': {
    at: ['route'],
    because: 'macros are not taken (docs/adr/0027-own-json.md)',
  },
  'pool name equal to a handle type': {
    at: ['pools.NullRoute'],
    because: 'rule 4: PoolRoute|NullRoute is a pool, NullRoute is none',
  },
  'operation selector with every operation': {
    at: ['route.operation_policies.flushre', 'route.operation_policies.flushall'],
    because: 'a flush goes to every server of every pool, whatever the routes say',
  },
  'key twice in an object': {
    at: [''],
    because: 'of two members of one name it takes the last',
  },
}
