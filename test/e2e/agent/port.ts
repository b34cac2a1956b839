/** Where an agent listens, in its pod. */
export const AGENT_PORT = 8080
