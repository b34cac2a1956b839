/** Time as it is passed in: tests move it, and a machine may change it under our feet. */
export interface Clock {
  /** Wall clock in milliseconds since 1970. May jump either way by any amount. */
  now(): number
  /** Milliseconds since an arbitrary start. Never jumps, stands still while the machine is suspended. */
  monotonic(): number
}
