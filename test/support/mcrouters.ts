import type { Resource } from '../../reconciler/kube/api.ts'
import { mcrouters as stored } from '../../reconciler/kube/resources.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'

/** Mcrouters as most users write and read them, which is not as they are stored. */
export const mcrouters: Resource = { ...stored, apiVersion: V1ALPHA3.apiVersion }
