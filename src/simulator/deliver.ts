import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import type { Pace } from './latency.ts';
import type { Frame } from './replied.ts';

/** How a delivery ended, for the bill. */
export type Delivered = {
  /** False if the response head was never sent: nothing was answered or billed. */
  readonly answered: boolean;
  /** True if not every frame was sent. */
  readonly interrupted: boolean;
  readonly tokens: number;
};

export type Delivery = {
  readonly headers: Record<string, string>;
  readonly frames: readonly Frame[];
  readonly pace: Pace;
  readonly fault: Fault | undefined;
  readonly brokenFrame: string | Uint8Array;
  readonly errorFrame: string | Uint8Array;
  readonly sent: (bytes: number) => void;
  /** Called before the last byte is sent, so that the bill is written by the time the client has its answer. */
  readonly completed: () => void;
};

/** Sends frames at a model's pace, no faster than the client reads, and stops as soon as the client disconnects. */
export async function deliver(response: ServerResponse, delivery: Delivery): Promise<Delivered> {
  const unanswered: Delivered = { answered: false, interrupted: true, tokens: 0 };
  const { fault, frames, pace } = delivery;
  await pause(response, pace.firstByteMs);
  if (fault?.kind === 'slow') await pause(response, fault.delayMs ?? 30_000);
  if (response.destroyed) return unanswered;
  if (fault?.kind === 'reset') {
    response.destroy();
    return unanswered;
  }
  response.writeHead(200, delivery.headers);
  if (fault?.kind === 'empty' || fault?.kind === 'garbage') {
    response.end(fault.kind === 'empty' ? '' : '<html><body>upstream connect error</body></html>');
    return unanswered;
  }
  const strikeAt = strikingFrame(fault, frames);
  let tokens = 0;
  for (const [index, frame] of frames.entries()) {
    if (index === strikeAt && fault && (await strike(response, delivery, fault))) {
      return { answered: true, interrupted: true, tokens };
    }
    if (frame.content && index > 0) await pause(response, pace.perChunkMs);
    if (response.destroyed) return { answered: true, interrupted: true, tokens };
    tokens += frame.tokens;
    if (index === frames.length - 1) delivery.completed();
    await (fault?.kind === 'split'
      ? sendSplit(response, delivery, { bytes: frame.bytes, size: fault.size ?? 1 })
      : send(response, delivery, frame.bytes));
  }
  response.end();
  return { answered: true, interrupted: false, tokens };
}

/** The index of the frame that a fault inside the reply replaces. */
function strikingFrame(fault: Fault | undefined, frames: readonly Frame[]): number {
  if (!fault || !strikesInside.has(fault.kind)) return -1;
  const contents = frames.flatMap(({ content }, index) => (content ? [index] : []));
  const after = fault.after ?? 2;
  if (after < contents.length) return contents[after] ?? 0;
  const last = contents.at(-1);
  return last === undefined ? frames.length - 1 : last + 1;
}

const strikesInside: ReadonlySet<string> = new Set(['stall', 'malformed', 'error-event', 'cut', 'cut-clean']);

/** Returns true if the reply is over. */
async function strike(response: ServerResponse, delivery: Delivery, fault: Fault): Promise<boolean> {
  switch (fault.kind) {
    case 'stall':
      response.flushHeaders();
      await gone(response);
      return true;
    case 'malformed':
      await send(response, delivery, delivery.brokenFrame);
      return false;
    case 'error-event':
      await send(response, delivery, delivery.errorFrame);
      response.end();
      return true;
    case 'cut':
      await flushed(response);
      response.destroy();
      return true;
    default:
      response.end();
      return true;
  }
}

async function send(response: ServerResponse, delivery: Delivery, bytes: string | Uint8Array): Promise<void> {
  delivery.sent(typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length);
  if (response.write(bytes) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** Sends bytes in small, separate writes, as on a slow network. */
async function sendSplit(
  response: ServerResponse,
  delivery: Delivery,
  { bytes, size }: { bytes: string | Uint8Array; size: number },
): Promise<void> {
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length && !response.destroyed; at += Math.max(1, size)) {
    await send(response, delivery, all.subarray(at, at + Math.max(1, size)));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Waits, but not if the client has disconnected. */
async function pause(response: ServerResponse, ms: number): Promise<void> {
  if (ms <= 0 || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.on('close', done);
  });
}

async function gone(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
  });
}

/** Waits until all written bytes have left this process, so that the client sees everything before a cut. */
async function flushed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.write('', () => resolve());
    response.once('close', () => resolve());
  });
}
