import fc from 'fast-check'

/** Texts that have broken a parser, a template, a shell, a log or an object somewhere. */
const KNOWN = [
  ...[
    '',
    ' ',
    '\t',
    'a b',
    ' lead',
    'trail ',
    'null',
    '~',
    'yes',
    'off',
    '0x10',
    '1e3',
    '1_000',
    '.inf',
    '=',
    'on',
    'n',
    '0x1F',
    '0o17',
    '012',
    '12:30:45',
    '2026-01-01',
  ],
  ...[
    'a: b',
    '- a',
    '# no comment',
    'a #b',
    '&anchor',
    '*alias',
    '!tag',
    '!!js/function',
    '<<',
    '? a',
    '|',
    '>-',
    '{a: b}',
    '[a]',
    "it's",
    '"',
    '---',
    '...',
  ],
  ...[
    'a\nb: c',
    'a\r\nb',
    'x\n  securityContext: {privileged: true}',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ufffe',
    '\r\n',
  ],
  ...[
    '%name%',
    '50% off',
    '100%',
    '@macro(a)',
    '@import(/etc/passwd)',
    'a\\b',
    '\\@',
    '{"type":"constDef"}',
    '//',
    '/* */',
  ],
  ...[
    '<%= it.x %>',
    '<%~ include("/etc/passwd") %>',
    '{{ .Values.x }}',
    '$(POD_NAME)',
    '$$',
    '`id`',
    '$(id)',
    ';reboot',
    '--flag',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    '__blocks',
    'toString',
    'hasOwnProperty',
    'then',
    '../../etc',
    '/',
    '/etc',
    '/var/run/secrets',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\u001b[2J',
    '\u0008',
    '\u202eabc',
    '\u200b',
    'é',
    'e\u0301',
    '漢字',
    '👩‍👩‍👧',
    '\ud800',
    '\udfffx',
    'a\ud83d',
  ],
]

/** A text that somebody might hope to get through: known ones, any Unicode, half characters, long ones. */
export function hostileString(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...KNOWN) },
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    { weight: 2, arbitrary: fc.stringMatching(/^[%@\\/"'{}$<\n a-c]{1,12}$/) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }).map((length) => 'a'.repeat(length)) },
    { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udc00').map((half) => `x${half}y`) },
  )
}

/** Any JSON value, with keys and numbers that JSON can hold and objects handle badly. */
export function hostileValue(): fc.Arbitrary<unknown> {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      hostileString(),
      fc.constantFrom(null, true, false, 0, -0, -1, 0.5, 2, 1e21, Number.MAX_VALUE, Number.POSITIVE_INFINITY),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(hostileString(), tie('value')), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries)),
    ),
  }))
  return value
}
