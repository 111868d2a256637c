import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AccessNotes, HttpExchange, JsonDocument, WholeReply } from '../../core/wire/http-exchange.ts';
import type { Ms } from '../../core/units.ts';
import { parseJsonBody } from '../bodies/parse-json-body.ts';
import type { KeyUploads } from '../bodies/key-uploads.ts';
import { readBody } from '../bodies/read-body.ts';
import { responseWriter, type ResponseWriter } from './response-writer.ts';

type Arriving = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
  readonly uploadsOf: (keyId: string) => KeyUploads;
  /** How many bytes of unfinished bodies of one key may have arrived. */
  readonly maxUploadBytesPerKey: number;
  /** A reader that takes nothing for this long is considered gone, whatever its socket reports. */
  readonly stalledReaderMs: Ms;
};

/** Wraps a request and its response for a route. */
export function httpExchange(arriving: Arriving): HttpExchange {
  return new ServedExchange(arriving);
}

/**
 * A class, because V8 stores the getters of an object literal with its shape, which lives in the old generation: every
 * request's garbage survived until the next full collection (measured: scavenges of 6 ms instead of 0.5).
 */
class ServedExchange implements HttpExchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  readonly notes: AccessNotes = {};
  readonly #search: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #writer: ResponseWriter;
  readonly #arriving: Arriving;

  constructor(arriving: Arriving) {
    const { request, response, signal, stalledReaderMs } = arriving;
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    this.method = request.method ?? 'GET';
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.headers = request.headers;
    this.signal = signal;
    this.#search = mark < 0 ? '' : target.slice(mark + 1);
    this.#request = request;
    this.#response = response;
    this.#writer = responseWriter(response, { stalledMs: stalledReaderMs });
    this.#arriving = arriving;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#search);
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  get status(): number | undefined {
    return this.headSent ? this.#response.statusCode : undefined;
  }

  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  async readJson(keyId: string): Promise<JsonDocument> {
    const { maxBodyBytes, maxUploadBytesPerKey, uploadsOf } = this.#arriving;
    const bytes = await readBody(this.#request, {
      maxBytes: maxBodyBytes,
      uploads: uploadsOf(keyId),
      maxUploadBytes: maxUploadBytesPerKey,
    });
    const { value, members } = parseJsonBody(bytes);
    return { bytes, value, members };
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  write(piece: Uint8Array | string): Promise<void> | undefined {
    return this.#writer.write(piece);
  }

  end(): Promise<void> {
    return this.#writer.end();
  }

  send({ status, headers, body }: WholeReply): void {
    if (this.#response.destroyed) return;
    this.#response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.#response.end(this.#request.method === 'HEAD' ? undefined : body);
  }

  destroy(): void {
    this.#response.destroy();
  }
}
