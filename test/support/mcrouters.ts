import type { Resource } from '../../reconciler/kube/api.ts'
import { mcrouters as stored } from '../../reconciler/kube/resources.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { GROUP, PLURAL } from '../../schemas/well-known.ts'

/** Mcrouters as most users write and read them, which is not as they are stored. */
export const mcrouters: Resource = { ...stored, apiVersion: V1ALPHA3.apiVersion }

/** What kubectl calls them in that version; without a version it takes the preferred one. */
export const V1ALPHA3_MCROUTERS = `${PLURAL}.${V1ALPHA3.name}.${GROUP}`
