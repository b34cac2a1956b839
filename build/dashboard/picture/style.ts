/** Of lines, after Okabe and Ito, whose colours most people can tell apart. */
const LINES = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#999933', '#882255']

const WORDS = { green: '#1a7f37', red: '#cf222e', orange: '#bc4c00', blue: '#0969da' }

/** For light and for dark, as the reader's system has it. */
export const STYLE = `
text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: #1f2328; }
.heading { font-size: 20px; font-weight: 600; }
.row { font-size: 14px; font-weight: 600; }
.title { font-weight: 600; }
.faint { fill: #59636e; font-size: 11px; }
.middle { text-anchor: middle; }
.word { text-anchor: middle; fill: #ffffff; font-weight: 600; }
.right { text-anchor: end; fill: #59636e; font-size: 10px; }
.paper { fill: #f6f8fa; }
.panel { fill: #ffffff; stroke: #d0d7de; }
.grid { stroke: #d0d7de; stroke-width: 0.5; }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.none { fill: #eaeef2; }
${LINES.map((colour, index) => `.line-${index} { stroke: ${colour}; } .key-${index} { fill: ${colour}; }`).join('\n')}
${Object.entries(WORDS)
  .map(([name, colour]) => `.is-${name} { fill: ${colour}; }`)
  .join('\n')}
.is-text { fill: #eaeef2; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.faint, .right { fill: #9198a1; }
.paper { fill: #0d1117; }
.panel { fill: #151b23; stroke: #3d444d; }
.grid { stroke: #3d444d; }
.none, .is-text { fill: #212830; }
}
`

export const COLOURS = LINES.length
