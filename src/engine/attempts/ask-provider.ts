import type { Dialect } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { IncomingReply, ReplyBody } from '../../core/wire/transport.ts';
import type { Route } from '../route.ts';
import { furtherSlots } from '../deployments/capacity/further-slots.ts';
import { isOurConcurrencyRefusal } from '../deployments/capacity/is-concurrency-refusal.ts';
import { beginRequest, type Attempt } from './attempt.ts';
import { askInBatches } from './ask-in-batches.ts';
import type { Chunk } from './reply/chunk.ts';
import { embeddingBatches, type EmbeddingBatch } from './request/embedding-batches.ts';
import { expectAnswer, streamedChunks } from './reply/reply-chunks.ts';
import { inAskedEncoding } from './reply/in-asked-encoding.ts';
import { expectVectors } from './reply/expect-vectors.ts';
import type { AttemptMeter } from './meter/attempt-meter.ts';
import { repairedChunks, replyRepair } from './reply/reply-repair.ts';
import { looksLikeEvents, peekedBody } from './reply/peeked-body.ts';
import { answersAsked } from '../../core/wire/answers-asked.ts';
import { expectedPrompt } from '../../core/money/expected-prompt.ts';
import { responseTimeouts } from './reply/response-timeouts.ts';
import { readFailure } from './failure/read-failure.ts';
import { relayedReplyHeaders } from './reply/relayed-reply-headers.ts';
import { exceptPages } from './failure/wrong-address.ts';
import { firstWarnings } from '../row/first-warnings.ts';
import { warnOnce } from '../row/warn-once.ts';
import { withResetTime } from './failure/with-reset-time.ts';
import { wholeChunk } from './reply/whole-chunk.ts';
import { writeWireRequest, type EarlierAttempts } from './request/write-wire-request.ts';
import type { AttemptServices } from './attempt-services.ts';

/** Where the chunks of an answer come from. */
export type Source = {
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
} & (
  | {
      readonly chunks: AsyncIterator<Chunk>;
      /** Called once the first content has arrived. */
      readonly begun?: () => void;
      readonly whole?: never;
    }
  | { readonly chunks?: never; readonly begun?: never; readonly whole: Chunk }
);

type Asking = {
  readonly route: Route;
  readonly attempt: Attempt;
  readonly earlier: EarlierAttempts;
};

/**
 * Asks one candidate over HTTP and returns the reply as chunks or as a whole, with the changes that the request needed
 * already undone.
 * @throws ConclaveError for anything that is not an answer.
 */
export async function askProvider(engine: AttemptServices, asking: Asking): Promise<Source> {
  const { route, attempt } = asking;
  const { record, slotted, meter } = attempt;
  const { candidate, slot } = slotted;
  const batches = embeddingBatches(route.call, candidate);
  if (!batches) return askOnce(engine, { ...asking, see: (parts) => meter.see(parts) });
  let headers = {};
  const whole = await askInBatches(batches, {
    meter,
    slot,
    further: furtherSlots(engine, candidate, record.deadline),
    isRefusal: (error) => isOurConcurrencyRefusal(candidate.deployment, error),
    async ask({ call, start }, see) {
      const reply = await askOnce(engine, { ...asking, route: { ...route, call }, see, start });
      ({ headers } = reply);
      if (reply.whole) return reply.whole;
      throw new ConclaveError('provider_invalid_reply', 'The provider sent vectors as a stream.');
    },
  });
  return { relayed: false, headers, whole };
}

/** Sends one request. */
async function askOnce(
  engine: AttemptServices,
  asking: Asking & { readonly see: AttemptMeter['see']; readonly start?: EmbeddingBatch['start'] },
): Promise<Source> {
  const { route, attempt, earlier } = asking;
  const { record, slotted, state } = attempt;
  const { candidate } = slotted;
  const { deployment } = candidate;
  const written = writeWireRequest(engine, route, candidate, earlier);
  const { dialect, relayed, streamed: asksForStream, unsigned, traits, warnings } = written;
  state.traits = traits;
  warnOnce(record, firstWarnings(warnings));
  const { connectMs } = engine.settings.timeouts;
  const headers = await engine.authorize(unsigned, deployment);
  const { traceparent = route.call.traceContext?.traceparent } = beginRequest(attempt) ?? {};
  const reply = await engine.transport.send({
    method: 'POST',
    url: unsigned.url,
    headers: traceparent === undefined ? headers : { ...headers, traceparent },
    body: unsigned.body,
    signal: record.deadline.signal,
    timeouts: { connectMs, ...responseTimeouts(engine, route, candidate, asksForStream) },
  });
  const origin = { deployment, url: unsigned.url };
  state.status = reply.status;
  const limits = engine.readRateLimits(reply.headers);
  if (deployment.payer !== 'caller') engine.limits.learn(deployment, limits);
  if (reply.status < 200 || reply.status > 299) {
    const failure = await readFailure(dialect, reply, origin);
    throw withResetTime(failure, limits, expectedPrompt(candidate, route.features));
  }
  const { quirks } = deployment.provider;
  const { streamed, body } = await recognised(await exceptPages(reply, origin), dialect, asksForStream);
  // If the provider streams without being asked, or does not stream when asked, translate into what the client expects.
  const asAsked = streamed === route.call.request.stream;
  // Guardrails see the parts of an answer; relayed bytes may hold more. Only by a provider's own id can its client go on
  // with an answer that it stores.
  const isGuarded = engine.outputGuardrails.length > 0 && !traits.namesAnswers;
  const rest = {
    relayed: relayed && asAsked && quirks.rewritesReplies !== true && !isGuarded,
    headers: relayedReplyHeaders(reply),
  };
  const mend = replyRepair(written, { request: route.call.request, relayed: rest.relayed });
  const begun = () => body.begun?.();
  const terms = { dialect, quirks, answers: answersAsked(route.call.request) };
  if (streamed) {
    const chunks = streamedChunks(body, terms);
    return { ...rest, chunks: mend ? repairedChunks(chunks, mend) : chunks, begun };
  }
  // Its content is seen only at its end.
  begun();
  const read = await wholeChunk(body, terms);
  const whole = mend ? { ...read, parts: mend(read.parts) } : read;
  // Record usage before validating: providers also bill replies that we reject.
  asking.see(whole.parts);
  expectAnswer(whole);
  const { request } = route.call;
  if (!request.embedding) return { ...rest, whole };
  expectVectors(request, whole, asking.start);
  return { ...rest, whole: rest.relayed ? inAskedEncoding(whole, request, dialect) : whole };
}

/**
 * Returns whether a reply is a stream. Some servers label a reply wrongly, and official clients do not look at the
 * label: if it contradicts the request, the first characters decide.
 */
async function recognised(
  { headers, body }: IncomingReply,
  { streamContentType }: Dialect,
  wantedStream: boolean,
): Promise<{ readonly streamed: boolean; readonly body: ReplyBody }> {
  const [eventType = ''] = streamContentType.split(';');
  const streamed = String(headers['content-type'] ?? '').startsWith(eventType);
  if (streamed === wantedStream || eventType !== 'text/event-stream') return { streamed, body };
  const peeked = await peekedBody(body);
  return { streamed: looksLikeEvents(peeked.start), body: peeked.body };
}
