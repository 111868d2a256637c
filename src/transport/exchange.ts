import type { Dispatcher } from 'undici';
import { ConclaveError } from '../core/errors.ts';
import type { IncomingReply, OutgoingRequest } from '../core/transport.ts';
import type { Ms } from '../core/units.ts';
import { networkError } from './network-error.ts';

/** One connection of a pool, as far as an exchange must know it. */
export type Connection = { exchanges: number };

/**
 * Reading from the socket stops above this. With the piece that crosses it and the socket's own 64 KiB, a slow reader
 * costs at most 256 KiB.
 */
const pauseAboveBytes = 128 * 1024;
/** A longer delay makes Node's timers fire at once. */
const longestTimerMs = 2 ** 31 - 1;
const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Sends one request and resolves at the head of its reply. */
export function exchange(dispatcher: Dispatcher, request: OutgoingRequest, url: URL): Promise<IncomingReply> {
  return new Promise((resolve, reject) => {
    if (request.signal.aborted) return reject(cancelled(request.signal));
    const { origin, pathname, search } = url;
    dispatcher.dispatch(
      {
        origin,
        path: pathname + search,
        method: request.method,
        headers: headersOf(request.headers),
        body: request.body ?? null,
      },
      new Exchange(request, origin, resolve, reject),
    );
  });
}

type Waiter = {
  readonly resolve: (result: IteratorResult<Uint8Array>) => void;
  readonly reject: (error: ConclaveError) => void;
};

/**
 * Undici's handler and the reply's body in one object. Written by hand, not as a generator over a stream, because it
 * runs once per chunk of every relayed answer.
 */
export class Exchange implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array> {
  /** Set by the pool's client that carries the exchange. */
  connection: Connection | undefined;
  #phase: 'connect' | 'head' | 'body' | 'ended' = 'connect';
  #controller: Dispatcher.DispatchController | undefined;
  #stale = false;
  #receivedBytes = 0;
  readonly #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  #error: ConclaveError | undefined;
  #waiter: Waiter | undefined;
  #waking = false;
  #deadline = 0;
  #timerAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  readonly #request: OutgoingRequest;
  readonly #origin: string;
  readonly #resolve: (reply: IncomingReply) => void;
  readonly #reject: (error: ConclaveError) => void;

  constructor(
    request: OutgoingRequest,
    origin: string,
    resolve: (reply: IncomingReply) => void,
    reject: (error: ConclaveError) => void,
  ) {
    this.#request = request;
    this.#origin = origin;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener('abort', this, { once: true });
    this.#expectWithin(request.timeouts.connectMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Undici cannot drop a request that waits for its connection: one that failed meanwhile ends here.
    if (this.#phase === 'ended') return controller.abort(this.#error ?? new Error('given up'));
    this.#phase = 'head';
    this.#stale = this.connection !== undefined && this.connection.exchanges++ > 0;
    this.#expectWithin(this.#request.timeouts.firstByteMs);
  }

  onResponseStarted(): void {
    this.#stale = false;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingReply['headers'],
  ): void {
    if (this.#phase !== 'head' || status < 200) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      return this.#fail(
        new ConclaveError(
          'provider_invalid_reply',
          `${this.#origin} sent its reply as ${String(encoding)}, though it was asked not to compress.`,
        ),
      );
    }
    this.#phase = 'body';
    this.#expectWithin(this.#request.timeouts.idleMs);
    this.#resolve({ status, headers, body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase !== 'body') return;
    this.#chunks.push(chunk);
    this.#receivedBytes += chunk.length;
    this.#bufferedBytes += chunk.length;
    this.#deadline = performance.now() + this.#request.timeouts.idleMs;
    if (this.#bufferedBytes > pauseAboveBytes) controller.pause();
    this.#wakeReader();
  }

  onResponseEnd(): void {
    if (this.#phase !== 'body') return;
    this.#settle();
    this.#wakeReader();
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

  /** The request's signal was aborted: what had arrived is of no use any more. */
  handleEvent(): void {
    this.#chunks.length = 0;
    this.#fail(cancelled(this.#request.signal));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      if (this.#waiter) return reject(new ConclaveError('internal', 'A reply body has one reader.'));
      this.#waiter = { resolve, reject };
      if (this.#chunks.length > 0 || this.#phase === 'ended') this.#answerReader();
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#chunks.length = 0;
    if (this.#phase !== 'ended') {
      this.#fail(new ConclaveError('cancelled', `The reply of ${this.#origin} was not read to its end.`));
    }
    this.#error = undefined;
    return Promise.resolve(done);
  }

  /** Everything that has arrived, as one piece: what came together leaves together. */
  #take(): Uint8Array {
    const [first, second] = this.#chunks;
    const taken = first && !second ? first : Buffer.concat(this.#chunks, this.#bufferedBytes);
    this.#chunks.length = 0;
    this.#bufferedBytes = 0;
    if (this.#phase === 'body' && this.#controller?.paused) {
      this.#expectWithin(this.#request.timeouts.idleMs);
      this.#controller.resume();
    }
    return taken;
  }

  #wakeReader(): void {
    if (!this.#waiter || this.#waking) return;
    this.#waking = true;
    // When all chunks of this read from the socket are here.
    queueMicrotask(() => this.#answerReader());
  }

  #answerReader(): void {
    this.#waking = false;
    const waiter = this.#waiter;
    if (!waiter) return;
    this.#waiter = undefined;
    if (this.#chunks.length > 0) return waiter.resolve({ done: false, value: this.#take() });
    const error = this.#error;
    this.#error = undefined;
    if (error) waiter.reject(error);
    else waiter.resolve(done);
  }

  #fail(error: ConclaveError): void {
    if (this.#phase === 'ended') return;
    const replied = this.#phase === 'body';
    this.#settle();
    this.#error = error;
    if (replied) this.#wakeReader();
    else this.#reject(error);
    this.#controller?.abort(error);
  }

  #settle(): void {
    this.#phase = 'ended';
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener('abort', this);
  }

  /** One timer serves the whole exchange: progress moves the deadline, and the timer looks again when it fires. */
  #expectWithin(ms: Ms): void {
    this.#deadline = performance.now() + ms;
    if (this.#timerAt <= this.#deadline) return;
    clearTimeout(this.#timer);
    this.#startTimer(ms);
  }

  #startTimer(ms: Ms): void {
    this.#timerAt = performance.now() + ms;
    this.#timer = setTimeout(checkDeadline, Math.min(Math.ceil(ms), longestTimerMs), this);
  }

  /** For the timer only. `looked` is set once what waited in the socket has been read. */
  checkDeadline(looked: boolean): void {
    if (this.#phase === 'ended') return;
    const remaining = this.#deadline - performance.now();
    if (remaining > 0) return this.#startTimer(remaining);
    // Paused: it is our reader who is slow, not the provider.
    if (this.#controller?.paused) return this.#startTimer(this.#request.timeouts.idleMs);
    // After a busy moment of our own, bytes that came in time may still wait to be read.
    if (!looked) {
      setImmediate(checkDeadline, this, true);
      return;
    }
    this.#fail(this.#timeoutError(this.#phase));
  }

  #timeoutError(phase: 'connect' | 'head' | 'body'): ConclaveError {
    const { connectMs, firstByteMs, idleMs } = this.#request.timeouts;
    const message = {
      connect: `${this.#origin} could not be connected to within ${connectMs} ms (connectMs).`,
      head: `${this.#origin} did not begin to reply within ${firstByteMs} ms (firstByteMs).`,
      body: `${this.#origin} went silent for ${idleMs} ms in the middle of its reply (idleMs).`,
    }[phase];
    return new ConclaveError('provider_timeout', message);
  }
}

function checkDeadline(exchange: Exchange, looked = false): void {
  exchange.checkDeadline(looked);
}

function cancelled(signal: AbortSignal): ConclaveError {
  const reason: unknown = signal.reason;
  if (reason instanceof ConclaveError) return reason;
  return new ConclaveError('cancelled', 'The caller gave up.', { cause: reason });
}

/** As the flat list that undici takes fastest. Bytes are passed on as they come, so none may arrive compressed. */
function headersOf(headers: OutgoingRequest['headers']): string[] {
  const list = ['accept-encoding', 'identity'];
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'accept-encoding') list.push(name, value);
  }
  return list;
}
