/** How many memcached servers a pool may have. */
export const POOL_SIZE = { minimum: 1, maximum: 1000 }
