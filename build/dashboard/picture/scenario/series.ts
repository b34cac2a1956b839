/** Minutes since the scenario began. */
export type Minute = number

/** A series by its name and labels. */
export interface Series {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly labels: Readonly<Record<string, string>>
  /** Of a gauge; of a counter, by how much it grows a second. Undefined while there is no such series. */
  readonly at: (minute: Minute) => number | undefined
  /** When a counter begins anew. */
  readonly resetAt?: Minute
}

const MCROUTER = { namespace: 'shop', mcrouter: 'sessions' }

export const gauge = (name: string, labels: Series['labels'], at: Series['at']): Series => ({
  name,
  type: 'gauge',
  labels: { ...MCROUTER, ...labels },
  at,
})
export const counter = (
  name: string,
  labels: Series['labels'],
  at: Series['at'],
  resetAt?: Minute,
): Series => ({
  ...{ name, type: 'counter', labels: { ...MCROUTER, ...labels }, at },
  ...(resetAt !== undefined && { resetAt }),
})
