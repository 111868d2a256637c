import type { IncomingHttpHeaders } from 'node:http';
import type { App } from '../../app.ts';
import type { Call, CallOutcome } from '../../core/call.ts';
import { replyCollector, replyText } from '../../core/wire/collected-reply.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { spliceMembers } from '../../core/json/splice-members.ts';
import { verifiedCost } from '../verified-cost.ts';
import { wantsVerification } from './call-controls.ts';

/** A whole reply in the client's dialect, with its outcome. */
export type WholeAnswer = { readonly body: Uint8Array | string; readonly outcome: CallOutcome };

type Need = ReturnType<App['verification']['needOf']>;

/**
 * Returns whether the answer must be verified. Embeddings make no claims.
 * @throws ConclaveError for a call that cannot be verified, before any model is called.
 */
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
 * Adds the verification by another family to the reply as `conclave.verification`; everything else is unchanged. The
 * cost is then that of answer and verification.
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
  // The verification is plain data.
  const verification = checked.verification as unknown as JsonValue;
  return {
    body: spliceMembers(bytes, [{ member: 'conclave', value: { verification } }]),
    outcome: { ...rest, ...(cost !== undefined && { cost }) },
  };
}

function textOf(dialect: Dialect, body: Uint8Array): string {
  // The dialect wrote or relayed this body a moment ago, so it is valid JSON.
  const reply = JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject;
  const collector = replyCollector();
  for (const part of dialect.readReply(reply, {})) collector.add(part);
  return replyText(collector.reply);
}
