import type { FastifySchema } from 'fastify'
import { REQUEST_LIMITS } from '../../render/parse-objects.ts'
import { OPERATIONS } from '../../render/question.ts'

// What OpenAPI tells of each route; kept apart so that a handler can be read in one piece.

/** One operation as OpenAPI tells it; Fastify validates nothing by it. */
export type RouteDescription = FastifySchema

declare module 'fastify' {
  interface FastifyContextConfig {
    openapi?: RouteDescription
    /** The body that the route takes, in words, for errors about it. */
    takes?: string
  }
}

const PROBLEM = {
  description: 'What is wrong and what to do next',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string', description: 'Stable name of the error, MCR_ERR_…' },
          violations: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                subject: { type: 'string', description: 'Which object of the text' },
                path: { type: 'string' },
                reason: { type: 'string' },
                message: { type: 'string' },
              },
            },
          },
          line: { type: 'integer', minimum: 1 },
          column: { type: 'integer', minimum: 1 },
        },
      },
    },
  },
}

const REVIEW = {
  content: {
    'application/json': {
      schema: { type: 'object', description: 'AdmissionReview of admission.k8s.io/v1' },
    },
  },
}

function plain(summary: string, type: string, answers: Readonly<Record<number, string>>): RouteDescription {
  const content = { [type]: { schema: { type: 'string' } } }
  const response = Object.entries(answers).map(([status, description]) => [status, { description, content }])
  return { summary, response: Object.fromEntries(response) }
}

function webhook(summary: string, description: string): RouteDescription {
  return {
    summary,
    description,
    body: REVIEW,
    response: {
      200: { description: 'The verdict, also a denial', ...REVIEW },
      '4xx': PROBLEM,
      '5xx': PROBLEM,
    },
  }
}

export const MUTATE = webhook(
  'Normalise and default a Mcrouter',
  'Mutating admission webhook: a JSON patch for what changes, or a denial with every violation.',
)

export const VALIDATE = webhook(
  'Accept, warn about or reject a Mcrouter or its Scale',
  'Validating admission webhook: allows, with warnings for what is legal but regrettable, or denies.',
)

const CONVERSION = {
  content: {
    'application/json': {
      schema: { type: 'object', description: 'ConversionReview of apiextensions.k8s.io/v1' },
    },
  },
}

export const CONVERT: RouteDescription = {
  summary: 'Mcrouters in another version of the API',
  description:
    'Conversion webhook of the CustomResourceDefinition. What the other version cannot say is kept in an annotation. An object never makes it fail; result.status is Failure for a review that cannot be understood, with what to do in result.message.',
  body: CONVERSION,
  response: {
    200: { description: 'The objects in the order in which they came, or why there are none', ...CONVERSION },
    '4xx': PROBLEM,
    '5xx': PROBLEM,
  },
}

const { objects: OBJECTS, servers: SERVERS, bytes: BYTES } = REQUEST_LIMITS
const TEXT = { schema: { type: 'string' } }

const MCROUTERS = { content: { 'application/yaml': TEXT, 'application/json': TEXT, 'text/plain': TEXT } }
const NAMESPACE = { type: 'string', default: 'default', description: 'Of a Mcrouter that names none' }

export const RENDER: RouteDescription = {
  summary: 'Everything that Mcrouters expand to',
  description: `Takes one or more Mcrouters, or a List of them, under any YAML, JSON or text type: ${OBJECTS} at most, of ${SERVERS} memcached servers together, in ${BYTES / 1024} KiB. The command line, mcrouter-operator render, takes more. Warnings are comments in YAML and a field in JSON.`,
  querystring: {
    type: 'object',
    properties: {
      namespace: NAMESPACE,
      show: {
        type: 'string',
        enum: ['manifests', 'config'],
        default: 'manifests',
        description: "config: mcrouter's configuration alone",
      },
    },
  },
  body: MCROUTERS,
  response: {
    200: {
      description: 'A YAML stream; JSON for those who accept it',
      content: {
        'application/yaml': TEXT,
        'application/json': { schema: { type: 'array', items: { type: 'object' } } },
      },
    },
    400: PROBLEM,
    422: PROBLEM,
    '4xx': PROBLEM,
    '5xx': PROBLEM,
  },
}

export const EXPLAIN: RouteDescription = {
  summary: 'Which memcached servers the routers of Mcrouters ask for a key, in which order, and why',
  description:
    'Takes as many Mcrouters as /render does. The command line, mcrouter-operator explain, takes more, and tells which share of the keys moves when a Mcrouter changes.',
  querystring: {
    type: 'object',
    required: ['key'],
    properties: {
      key: {
        type: 'string',
        minLength: 1,
        description: 'As clients send it: up to 250 bytes; percent-encoded UTF-8, + as %2B',
      },
      op: { type: 'string', enum: [...OPERATIONS], default: 'get', description: 'The operation' },
      zone: {
        type: 'string',
        maxLength: 63,
        description:
          'Of the router that is asked, for Mcrouters whose copies are in zones; by default the first',
      },
      namespace: NAMESPACE,
    },
  },
  body: MCROUTERS,
  response: {
    200: {
      description: 'A text for people; JSON for those who accept it',
      content: {
        'text/plain': TEXT,
        'application/json': { schema: { type: 'array', items: { type: 'object' } } },
      },
    },
    400: PROBLEM,
    422: PROBLEM,
    '4xx': PROBLEM,
    '5xx': PROBLEM,
  },
}

export const HEALTHZ = plain('Is the process alive?', 'text/plain', { 200: 'It is' })
export const READYZ = plain('May requests be sent here?', 'text/plain', { 200: 'They may', 503: 'Why not' })
export const METRICS = plain('Metrics for Prometheus', 'text/plain', { 200: 'Text format' })
export const OPENAPI = plain('This description', 'application/json', { 200: 'OpenAPI 3.1' })
