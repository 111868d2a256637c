import type { Dispatcher } from 'undici';
import { ConclaveError } from '../../core/errors.ts';
import { nextOf, over, type ReadyIterator } from '../../core/streams/ready-iterator.ts';
import type { IncomingReply, OutgoingRequest, ReceivedBody, ReplyBody } from '../../core/wire/transport.ts';
import type { Ms } from '../../core/units.ts';
import type { Deadlines, Expecting } from '../../core/streams/deadlines.ts';
import { networkError } from './network-error.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { unpackedReply } from './unpacked-reply.ts';

/** The part of a pool's connection that an exchange needs. */
export type Connection = { exchanges: number };

/**
 * Reading from the socket pauses above this, and a reader gets at most this much at once. Together with the socket's
 * buffer and the later forms of a piece (text, parts, events), a stopped reader costs less than 256 KiB.
 */
const pauseAboveBytes = 8 * 1024;

/** Target of a request: a parsed URL. */
export type RequestTarget = {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly path: string;
};

/** Sends one request and resolves when the head of its reply has arrived. */
export function exchange(
  { dispatcher, origin, path }: RequestTarget,
  request: OutgoingRequest,
  deadlines: Deadlines,
): Promise<IncomingReply> {
  if (request.signal.aborted) return Promise.reject(cancelled(request.signal).with({ hint: 'unsent' }));
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(
      {
        origin,
        path,
        method: request.method,
        headers: headersOf(request),
        // Undici also accepts iterables, according to its documentation but not its types.
        body: (request.body ?? null) as Uint8Array | string | null,
      },
      new OutgoingExchange(request, origin, deadlines, resolve, reject),
    );
  });
}

/**
 * Undici's handler and the reply's body in one object. Written by hand instead of as a generator over a stream, because
 * it runs once per chunk of every relayed reply.
 */
export class OutgoingExchange
  implements Dispatcher.DispatchHandler, ReadyIterator<Uint8Array>, ReplyBody, Expecting
{
  /** Set by the pool's client that runs the exchange. */
  connection: Connection | undefined;
  #phase: 'connect' | 'head' | 'body' | 'ended' = 'connect';
  #controller: Dispatcher.DispatchController | undefined;
  #stale = false;
  #receivedBytes = 0;
  readonly #waiting = new ReceivedBytes();
  #error: ConclaveError | undefined;
  /** Set while the reader waits. */
  #wakeReader: (() => void) | undefined;
  /** Set while a reader waits for the whole body: its maximum size. */
  #wholeMost: number | undefined;
  slot = 0;
  deadline: Ms;
  /** Deadline for the first content. */
  #contentBy: Ms = Infinity;
  readonly #onAbort: () => void;
  readonly #deadlines: Deadlines;
  readonly #request: OutgoingRequest;
  readonly #origin: string;
  readonly #resolve: (reply: IncomingReply) => void;
  readonly #reject: (error: ConclaveError) => void;

  constructor(
    request: OutgoingRequest,
    origin: string,
    deadlines: Deadlines,
    resolve: (reply: IncomingReply) => void,
    reject: (error: ConclaveError) => void,
  ) {
    this.#request = request;
    this.#origin = origin;
    this.#deadlines = deadlines;
    this.#resolve = resolve;
    this.#reject = reject;
    // A closure in its own variable. With the object itself or a field as the listener, Node 26 keeps most of a
    // request's garbage through young collections, which then take ten times longer (measured, not understood).
    const cancel = () => this.#cancel();
    this.#onAbort = cancel;
    request.signal.addEventListener('abort', cancel);
    deadlines.watch(this);
    this.deadline = deadlines.after(request.timeouts.connectMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Undici cannot drop a request that waits for its connection, so one that failed meanwhile is aborted here.
    if (this.#phase === 'ended') return controller.abort(this.#error ?? new Error('given up'));
    this.#phase = 'head';
    this.#stale = this.connection !== undefined && this.connection.exchanges++ > 0;
    this.deadline = this.#deadlines.after(this.#request.timeouts.firstByteMs);
  }

  onResponseStarted(): void {
    this.#stale = false;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingReply['headers'],
  ): void {
    // The raw headers are views of the first 64 KiB read from the socket, which would live as long as the stream.
    controller.rawHeaders = null;
    if (this.#phase !== 'head' || status < 200) return;
    const reply = unpackedReply({ status, headers, body: this });
    if (reply === undefined) {
      return this.#fail(
        new ConclaveError(
          'provider_invalid_reply',
          `${this.#origin} sent its reply as ${String(headers['content-encoding'])}, though it was asked not to compress.`,
        ),
      );
    }
    this.#phase = 'body';
    const { contentMs } = this.#request.timeouts;
    if (contentMs !== undefined) this.#contentBy = this.#deadlines.after(contentMs);
    this.deadline = this.#nextDeadline();
    this.#resolve(reply);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase !== 'body') return;
    this.#waiting.add(chunk);
    this.#receivedBytes += chunk.length;
    this.deadline = this.#nextDeadline();
    if (this.#wholeMost !== undefined) {
      this.#checkLength(this.#wholeMost);
      return;
    }
    if (this.#waiting.size > pauseAboveBytes) controller.pause();
    this.#wake();
  }

  onResponseEnd(): void {
    if (this.#phase !== 'body') return;
    this.#settle();
    this.#wake();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#phase === 'ended') return;
    this.#fail(
      networkError(error, {
        origin: this.#origin,
        phase: this.#phase,
        stale: this.#stale,
        receivedBytes: this.#receivedBytes,
      }),
    );
  }

  /** The request's signal was aborted: drop what has arrived. */
  #cancel(): void {
    this.#waiting.drop();
    const error = cancelled(this.#request.signal);
    this.#fail(this.#phase === 'connect' ? error.with({ hint: 'unsent' }) : error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async readWhole(most: number): Promise<ReceivedBody> {
    this.#wholeMost = most;
    this.#checkLength(most);
    if (this.#controller?.paused) this.#controller.resume();
    if (this.#phase !== 'ended') await this.arrival();
    const cut = this.#error;
    this.#error = undefined;
    return { bytes: this.#waiting.takeWhole(), ...(cut && { cut }) };
  }

  begun(): void {
    this.#contentBy = Infinity;
    if (this.#phase === 'body') this.deadline = this.#nextDeadline();
  }

  /** @throws ConclaveError if the body ended early; `internal` for a second reader. */
  ready(): IteratorResult<Uint8Array, undefined> | undefined {
    if (this.#wakeReader) throw new ConclaveError('internal', 'A reply body has one reader.');
    if (this.#waiting.size > 0) return { done: false, value: this.#take() };
    if (this.#phase !== 'ended') return undefined;
    this.#throwError();
    return over;
  }

  /** Resolves when all chunks of this read from the socket have arrived. */
  arrival(): Promise<void> {
    return new Promise(this.#setReader);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return nextOf(this);
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#waiting.drop();
    if (this.#phase !== 'ended') {
      this.#fail(new ConclaveError('cancelled', `The reply of ${this.#origin} was not read to its end.`));
    }
    this.#error = undefined;
    return Promise.resolve(over);
  }

  #checkLength(most: number): void {
    if (this.#waiting.size <= most) return;
    this.#waiting.drop();
    this.#fail(tooLong(this.#origin, most));
  }

  #nextDeadline(): Ms {
    return Math.min(this.#deadlines.after(this.#request.timeouts.idleMs), this.#contentBy);
  }

  #take(): Uint8Array {
    const taken = this.#waiting.take();
    if (this.#phase === 'body' && this.#controller?.paused && this.#waiting.size <= pauseAboveBytes) {
      this.deadline = this.#deadlines.after(this.#request.timeouts.idleMs);
      this.#controller.resume();
    }
    return taken;
  }

  readonly #setReader = (wake: () => void): void => {
    this.#wakeReader = wake;
  };

  #wake(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = undefined;
    wake?.();
  }

  /** Throws the error once. */
  #throwError(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error) throw error;
  }

  #fail(error: ConclaveError): void {
    if (this.#phase === 'ended') return;
    const replied = this.#phase === 'body';
    this.#settle();
    this.#error = error;
    if (replied) this.#wake();
    else this.#reject(error);
    this.#controller?.abort(error);
  }

  #settle(): void {
    this.#phase = 'ended';
    this.#deadlines.forget(this);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }

  expire(): void {
    if (this.#phase === 'ended') return;
    // If paused, our reader is slow, not the provider.
    if (this.#controller?.paused) this.deadline = this.#deadlines.after(this.#request.timeouts.idleMs);
    else this.#fail(this.#timeoutError(this.#phase));
  }

  #timeoutError(phase: 'connect' | 'head' | 'body'): ConclaveError {
    const { connectMs, firstByteMs, idleMs, contentMs } = this.#request.timeouts;
    const isLate = this.deadline === this.#contentBy;
    const { firstByteSetting = 'firstByteMs', idleSetting = 'idleMs' } = this.#request.timeouts;
    const message = {
      connect: `${this.#origin} could not be connected to within ${connectMs} ms (connectMs).`,
      head: `${this.#origin} did not begin to reply within ${firstByteMs} ms (${firstByteSetting}).`,
      body: isLate
        ? `${this.#origin} kept its reply open and sent no content within ${contentMs} ms (thinkingMs).`
        : `${this.#origin} went silent for ${idleMs} ms in the middle of its reply (${idleSetting}).`,
    }[phase];
    return new ConclaveError('provider_timeout', message, {
      hint: phase === 'connect' ? 'unsent' : 'gave-up',
    });
  }
}

function tooLong(origin: string, most: number): ConclaveError {
  return new ConclaveError('provider_invalid_reply', `The reply of ${origin} exceeds ${most} bytes.`, {
    hint: 'gave-up',
  });
}

function cancelled(signal: AbortSignal): ConclaveError {
  const reason: unknown = signal.reason;
  if (reason instanceof ConclaveError) return reason;
  return new ConclaveError('cancelled', 'The caller gave up.', { cause: reason });
}

const ownHeader = 'accept-encoding';

/**
 * Returns the headers as a flat list, which is the fastest form for undici. Bytes are relayed as they arrive, so
 * compression is never requested.
 */
function headersOf({ headers, body }: OutgoingRequest): string[] {
  const list = [ownHeader, 'identity'];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (name.length === ownHeader.length && name.toLowerCase() === ownHeader) continue;
    list.push(name, value);
  }
  if (Array.isArray(body)) list.push('content-length', String(sizeOf(body)));
  return list;
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  let size = 0;
  for (const { byteLength } of pieces) size += byteLength;
  return size;
}
