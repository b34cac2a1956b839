/** Colours by what they mean, for light and for dark; a dashed or dotted line says the same as its colour. */
const LIGHT = {
  paper: '#ffffff',
  edge: '#d0d7de',
  pool: '#f6f8fa',
  shard: '#eaeef2',
  text: '#1f2328',
  faint: '#59636e',
  always: '#0969da',
  error: '#bc4c00',
  miss: '#8250df',
  number: '#ffffff',
}

const DARK: typeof LIGHT = {
  paper: '#0d1117',
  edge: '#3d444d',
  pool: '#151b23',
  shard: '#212830',
  text: '#f0f6fc',
  faint: '#9198a1',
  always: '#4493f8',
  error: '#f0883e',
  miss: '#ab7df8',
  number: '#0d1117',
}

const FONT = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif'

export const STYLE = `
text { font: 13px ${FONT}; }
.title { font: 600 15px ui-monospace, "Liberation Mono", monospace; }
.label { font-size: 12px; }
.name, .number { text-anchor: middle; }
.number { font-weight: 600; font-size: 12px; }
.way { fill: none; stroke-width: 2; }
.way.error, .server.error { stroke-dasharray: 6 4; }
.way.miss, .server.miss { stroke-dasharray: 2 3; }
.router, .server, .pool, .shard, .paper { stroke-width: 1; }
.server.always, .server.error, .server.miss { stroke-width: 2; }
${coloured(LIGHT)}
@media (prefers-color-scheme: dark) {
${coloured(DARK)}
}
`

function coloured(colours: typeof LIGHT): string {
  return [
    `.paper, .server, .router { fill: ${colours.paper}; stroke: ${colours.edge}; }`,
    `.router { stroke: ${colours.text}; }`,
    `.pool { fill: ${colours.pool}; stroke: ${colours.edge}; }`,
    `.shard { fill: ${colours.shard}; stroke: none; }`,
    `text { fill: ${colours.text}; }`,
    `.label, .idle { fill: ${colours.faint}; }`,
    `.number { fill: ${colours.number}; }`,
    ...(['always', 'error', 'miss'] as const).flatMap((reason) => [
      `.way.${reason}, .server.${reason} { stroke: ${colours[reason]}; }`,
      `.turn.${reason} { fill: ${colours[reason]}; }`,
    ]),
  ].join('\n')
}
