import type { IncomingHttpHeaders } from 'node:http';
import type { App } from '../../app.ts';
import type { Call, CallOutcome } from '../../core/call.ts';
import { replyCollector, replyText } from '../../core/wire/collected-reply.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { spliceMembers } from '../../core/json/splice-members.ts';
import { verifiedCost } from '../verified-cost.ts';
import { wantsVerification } from './call-controls.ts';

/** A whole answer in its client's dialect, and what it took. */
export type WholeAnswer = { readonly body: Uint8Array | string; readonly outcome: CallOutcome };

type Need = ReturnType<App['verification']['needOf']>;

/** @throws ConclaveError for what cannot be verified, before anything is asked. Vectors claim nothing. */
export function verificationNeed(app: App, headers: IncomingHttpHeaders, call: Call): Need {
  const { request, principal, surface, signal, tags } = call;
  if (request.embedding) return 'none';
  const choices = request.extras?.find(({ name }) => name === 'n')?.value;
  return app.verification.needOf({
    principal,
    surface,
    signal,
    tags,
    wanted: wantsVerification(headers),
    streamed: request.stream,
    ...(typeof choices === 'number' && { choices }),
  });
}

/**
 * The answer with what another family says of its claims in `conclave.verification`, a member of our own; all else of it
 * stays as it was. Its cost is then that of both.
 */
export async function verifiedAnswer(
  app: App,
  { call, need, dialect }: { readonly call: Call; readonly need: Need; readonly dialect: Dialect },
  answer: WholeAnswer,
): Promise<WholeAnswer> {
  const { body, outcome } = answer;
  if (need === 'none' || outcome.state !== 'ok') return answer;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const checked = await app.verification.verify({
    need,
    answer: textOf(dialect, bytes),
    model: outcome.model ?? '',
    principal: call.principal,
    surface: call.surface,
    signal: call.signal,
    tags: call.tags,
    traceId: call.traceId,
    limits: call.limits,
  });
  if ('warning' in checked) {
    return { body, outcome: { ...outcome, warnings: [...outcome.warnings, checked.warning] } };
  }
  const { cost: _answerAlone, ...rest } = outcome;
  const cost = verifiedCost(outcome.cost, checked.verification);
  // What it found is data through and through.
  const verification = checked.verification as unknown as JsonValue;
  return {
    body: spliceMembers(bytes, [{ member: 'conclave', value: { verification } }]),
    outcome: { ...rest, ...(cost !== undefined && { cost }) },
  };
}

function textOf(dialect: Dialect, body: Uint8Array): string {
  // The dialect's own words, which it wrote or relayed a moment ago.
  const reply = JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject;
  const collector = replyCollector();
  for (const part of dialect.readReply(reply, {})) collector.add(part);
  return replyText(collector.reply);
}
