import { ConclaveError } from '../../core/errors.ts';
import { lacksOpenFiles } from './lacks-open-files.ts';

/** The progress of an exchange when its connection failed. */
export type ExchangeProgress = {
  readonly origin: string;
  readonly phase: 'connect' | 'head' | 'body';
  /** The connection was reused, and nothing of a reply had arrived. */
  readonly stale: boolean;
  readonly receivedBytes: number;
};

/** Converts a failure of the network or the HTTP client to our error. It names the origin, never a header. */
export function networkError(thrown: unknown, progress: ExchangeProgress): ConclaveError {
  if (thrown instanceof ConclaveError) return thrown;
  const code = codeOf(thrown);
  const { origin } = progress;
  const limit = lacksOpenFiles(thrown);
  if (limit !== undefined) {
    return new ConclaveError('overloaded', 'Conclave has too many open connections; try again in a moment.', {
      cause: thrown,
      hint: 'unsent',
      retryAfterMs: 1_000,
      toOperator: `${origin} cannot be reached: ${limit}.`,
    });
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return new ConclaveError(
      'configuration',
      `The request to ${origin} cannot be written as HTTP (${messageOf(thrown)}); check the key and the headers configured for it.`,
      { cause: thrown },
    );
  }
  if (isBrokenHttp(thrown, code, progress.phase)) {
    return new ConclaveError(
      'provider_invalid_reply',
      `${origin} did not answer in valid HTTP (${messageOf(thrown)}).`,
      { cause: thrown },
    );
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new ConclaveError('provider_timeout', `${origin} could not be connected to in time.`, {
      cause: thrown,
      hint: 'unsent',
    });
  }
  return new ConclaveError('provider_unreachable', unreachableMessage(code, progress), {
    cause: thrown,
    ...(progress.stale && { hint: 'stale-connection' }),
  });
}

function unreachableMessage(code: string, { origin, phase, receivedBytes, stale }: ExchangeProgress): string {
  if (phase === 'body') return `${origin} cut its reply after ${receivedBytes} bytes (${code}).`;
  if (stale) return `${origin} had closed a kept-alive connection that was about to be reused (${code}).`;
  if (phase === 'head') return `${origin} closed the connection before it replied (${code}).`;
  if (isCertificateProblem(code)) {
    return `${origin} shows a certificate that this machine does not trust (${code}); name its CA file in NODE_EXTRA_CA_CERTS.`;
  }
  return `${origin} cannot be reached (${code}); ${remedies[code] ?? 'check the base URL and the network'}.`;
}

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server running there?',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'the name server does not answer',
  EPROTO: 'does it speak TLS on this port?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does it speak TLS on this port?',
  UND_ERR_ABORTED: 'the proxy refused the tunnel',
  UND_ERR_PROXY_CONNECTION: 'the proxy closed the tunnel',
};

function isBrokenHttp(thrown: unknown, code: string, phase: ExchangeProgress['phase']): boolean {
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return true;
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return phase === 'head';
  // Undici's parser error contains the bytes that caused it; after an unexpected end there are none.
  return isParserError(thrown) && thrown.data !== '';
}

function isParserError(thrown: unknown): thrown is Error & { readonly data: unknown } {
  return thrown instanceof Error && thrown.name === 'HTTPParserError' && 'data' in thrown;
}

function isCertificateProblem(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code);
}

function codeOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    return thrown.code;
  }
  return thrown instanceof Error ? thrown.name : 'unknown failure';
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : codeOf(thrown);
}
