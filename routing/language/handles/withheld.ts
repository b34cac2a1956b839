import type { RouteHandleTypes } from '../route-handle-type.ts'

const UPSTREAM = 'it is for the infrastructure of the upstream company'

/** Those that mcrouter registers, and no router of a Mcrouter can have. */
export const WITHHELD: RouteHandleTypes = {
  CarbonLookasideRoute: {
    source: 'routes/CarbonLookasideRoute.h:432-499',
    since: '40',
    options: {},
    withheld:
      'it starts a second mcrouter from a file in the container; when there is none, it is left out without a word',
  },
  DistributionRoute: {
    source: 'routes/DistributionRoute.h',
    since: 'current',
    options: {},
    withheld: UPSTREAM,
  },
  SetDistributionTargetRoute: {
    source: 'routes/SetDistributionTargetRoute.h',
    since: 'current',
    options: {},
    withheld: UPSTREAM,
  },
  SRRoute: {
    source: 'routes/McRouteHandleProvider-inl.h',
    since: 'current',
    options: {},
    withheld: UPSTREAM,
  },
}
