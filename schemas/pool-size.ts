/** memcached servers of one pool. */
export const POOL_SIZE = { minimum: 1, maximum: 1000 }
