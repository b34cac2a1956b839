import createError from '@fastify/error'

/**
 * Every error that a caller or an operator of the server can meet: a stable code, what is wrong, and
 * what to do next. The HTTP status is the third argument.
 */

// Requests

export const MCR_ERR_PATH_UNKNOWN = createError(
  'MCR_ERR_PATH_UNKNOWN',
  'there is nothing at %s; the paths are %s',
  404,
)
export const MCR_ERR_METHOD = createError('MCR_ERR_METHOD', '%s does not take %s; use %s', 405)
export const MCR_ERR_URL = createError('MCR_ERR_URL', 'the URL cannot be read: %s', 400)
export const MCR_ERR_QUERY = createError('MCR_ERR_QUERY', '%s', 400)
export const MCR_ERR_HTTP = createError(
  'MCR_ERR_HTTP',
  'the request is not HTTP/1.1 that this server reads: %s',
  400,
)
export const MCR_ERR_TIMEOUT = createError(
  'MCR_ERR_TIMEOUT',
  'the request did not arrive in time; send it again',
  408,
)
export const MCR_ERR_HEADERS_TOO_LARGE = createError(
  'MCR_ERR_HEADERS_TOO_LARGE',
  'the headers are larger than 16 KiB; send fewer',
  431,
)
export const MCR_ERR_MEDIA_TYPE = createError(
  'MCR_ERR_MEDIA_TYPE',
  'content type %s is not supported; send %s',
  415,
)
export const MCR_ERR_BODY_MISSING = createError('MCR_ERR_BODY_MISSING', 'the body is empty; send %s', 400)
export const MCR_ERR_BODY_TOO_LARGE = createError(
  'MCR_ERR_BODY_TOO_LARGE',
  'the body is larger than the limit of %s; send less at once',
  413,
)
export const MCR_ERR_BODY_CUT = createError('MCR_ERR_BODY_CUT', 'the body ended early; send it again', 400)
export const MCR_ERR_BODY_NOT_UTF8 = createError(
  'MCR_ERR_BODY_NOT_UTF8',
  'the body is not UTF-8; convert it',
  400,
)
export const MCR_ERR_BODY_NOT_JSON = createError(
  'MCR_ERR_BODY_NOT_JSON',
  'the body is not JSON: %s; this path is for the API server, to try a Mcrouter use /render',
  400,
)
export const MCR_ERR_OVERLOADED = createError(
  'MCR_ERR_OVERLOADED',
  'the server has more work than it can hold; repeat after the seconds in Retry-After',
  503,
)
export const MCR_ERR_INTERNAL = createError(
  'MCR_ERR_INTERNAL',
  'an error of the server itself; its log has the reason under request %s',
  500,
)

export const MCR_ERR_CLIENT_CERTIFICATE = createError(
  'MCR_ERR_CLIENT_CERTIFICATE',
  '%s is for the API server, which shows a client certificate of a CA in --client-ca; to try a Mcrouter use /render',
  401,
)

// AdmissionReview

export const MCR_ERR_REVIEW_INVALID = createError(
  'MCR_ERR_REVIEW_INVALID',
  'not an AdmissionReview: %s; this path is for the API server, to try a Mcrouter use /render',
  400,
)
export const MCR_ERR_REVIEW_VERSION = createError(
  'MCR_ERR_REVIEW_VERSION',
  'AdmissionReview version %s is not supported; set admissionReviewVersions: [v1] in the webhook configuration',
  400,
)

// ConversionReview

export const MCR_ERR_CONVERSION_REVIEW_INVALID = createError(
  'MCR_ERR_CONVERSION_REVIEW_INVALID',
  'not a ConversionReview: %s; this path is for the API server, to convert a Mcrouter use mcrouter-operator convert',
  400,
)
export const MCR_ERR_CONVERSION_REVIEW_VERSION = createError(
  'MCR_ERR_CONVERSION_REVIEW_VERSION',
  'ConversionReview version %s is not supported; set conversionReviewVersions: [v1] in the CustomResourceDefinition',
  400,
)

// Rendering

export const MCR_ERR_TEXT = createError('MCR_ERR_TEXT', '%s', 400)
export const MCR_ERR_INVALID = createError(
  'MCR_ERR_INVALID',
  'not valid: %s; correct what violations lists',
  422,
)

// Starting

export const MCR_ERR_CERT_DIR = createError(
  'MCR_ERR_CERT_DIR',
  'cannot read the certificate directory %s: %s; mount the Secret with tls.crt, tls.key and ca.crt there',
)
export const MCR_ERR_CLIENT_CA = createError(
  'MCR_ERR_CLIENT_CA',
  'cannot use the client CAs in %s: %s; put there, in PEM, the CAs that sign client certificates for the API server',
)
export const MCR_ERR_LISTEN = createError('MCR_ERR_LISTEN', 'cannot listen on %s: %s')
