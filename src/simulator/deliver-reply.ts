import { characterOf } from './character.ts';
import { deliver, type Delivery } from './deliver.ts';
import type { Fault } from './fault.ts';
import { paceOf } from './latency.ts';
import { Refused, type Problem } from './problem.ts';
import type { Standing } from './rate-window.ts';
import type { Reply } from './replied.ts';
import type { Exchange } from './exchange.ts';

type Sending = {
  readonly reply: Reply;
  readonly fault: Fault | undefined;
  readonly stream: boolean;
  readonly standing: Standing;
};

/**
 * Sends a reply, whole or streamed, and charges for what was sent.
 * @throws Refused
 */
export async function deliverReply(exchange: Exchange, sending: Sending): Promise<void> {
  const { state, route, response, digest } = exchange;
  const { reply, fault, stream } = sending;
  if (!stream && fault?.kind === 'error-event') throw new Refused(brokenServer(reply.model));
  watchForAbort(exchange, sending);
  const charge = chargeOnce(exchange, reply);
  const pace = paceOf(state.latency, characterOf(reply.provider, reply.model).tier, digest);
  const delivered = await deliver(response, {
    ...(stream ? streamed(exchange, sending) : unstreamed(exchange, sending)),
    pace: stream
      ? pace
      : { firstByteMs: pace.firstByteMs + writingMs(reply, pace.perChunkMs), perChunkMs: 0 },
    fault: fault && !stream ? { ...fault, after: 1 } : fault,
    brokenFrame: route.wire.brokenFrame,
    errorFrame: route.wire.streamError(brokenServer(reply.model)),
    sent: (bytes) => state.ledger.sent(bytes),
    completed: () => charge(reply.usage.output, false),
  });
  if (delivered.answered) charge(stream ? delivered.tokens : reply.usage.output, delivered.interrupted);
}

type Shape = Pick<Delivery, 'headers' | 'frames'>;

function streamed({ route, digest }: Exchange, { reply, standing }: Sending): Shape {
  return {
    headers: {
      ...commonHeaders,
      'content-type': route.wire.streamType,
      ...route.wire.headers(requestId(digest), standing),
    },
    frames: route.wire.stream(reply),
  };
}

function unstreamed({ route, digest }: Exchange, { reply, fault, standing }: Sending): Shape {
  const body = Buffer.from(JSON.stringify(route.wire.whole(reply)));
  const middle = Math.floor(body.length / 2);
  const halves = [body.subarray(0, middle), body.subarray(middle)];
  const headers = {
    ...commonHeaders,
    'content-type': 'application/json',
    ...(fault ? {} : { 'content-length': String(body.length) }),
    ...route.wire.headers(requestId(digest), standing),
  };
  return {
    headers,
    frames: (fault ? halves : [body]).map((bytes) => ({ bytes, content: true, tokens: 0 })),
  };
}

const commonHeaders = { 'x-simulated': 'true', 'cache-control': 'no-cache' };

function requestId(digest: string): string {
  return `req_sim${digest.slice(0, 20)}`;
}

/** An unstreamed reply is delayed for all of its words, but less than a stream would take. */
function writingMs(reply: Reply, perChunkMs: number): number {
  return Math.min(2_000, ((reply.usage.output + reply.usage.reasoning) / 2) * perChunkMs);
}

function brokenServer(model: string): Problem {
  return { kind: 'server', status: 500, model };
}

/**
 * Writes the bill once, at the last frame or at the end of the delivery, whichever is first; reasoning is counted
 * before any text.
 */
function chargeOnce({ state }: Exchange, reply: Reply): (output: number, interrupted: boolean) => void {
  let charged = false;
  return (output, interrupted) => {
    if (charged) return;
    charged = true;
    const spent = { ...reply.usage, output: Math.min(output, reply.usage.output) };
    const at = state.world.now();
    state.ledger.charge({ provider: reply.provider, model: reply.model, spent, interrupted, at });
  };
}

function watchForAbort({ state, response, path }: Exchange, { reply, fault }: Sending): void {
  const startedAt = performance.now();
  response.once('close', () => {
    const ours = fault?.kind === 'reset' || fault?.kind === 'cut';
    if (response.writableFinished || ours) return;
    const afterMs = Math.round(performance.now() - startedAt);
    if (state.aborts.length >= 10_000) state.aborts.shift();
    state.aborts.push({ at: state.world.now(), path, model: reply.model, afterMs });
  });
}
