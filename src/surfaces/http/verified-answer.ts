import type { PreparedVerification } from '../../tools/verification/prepare-verification.ts';
import type { CallReceipt } from '../../core/call.ts';
import { replyCollector, replyText } from '../../core/wire/collected-reply.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { spliceMembers } from '../../core/json/splice-members.ts';

/** A whole reply in the client's dialect, with its receipt. */
export type WholeAnswer = { readonly body: Uint8Array | string; readonly receipt: CallReceipt };

/**
 * Verifies a reply, if needed. The verification is added as `conclave.verification`; everything else is unchanged.
 */
export async function verifiedAnswer(
  prepared: PreparedVerification,
  dialect: Dialect,
  { body, receipt: answered }: WholeAnswer,
): Promise<WholeAnswer> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const { receipt, verification: found } = await prepared.verify(answered, () => textOf(dialect, bytes));
  if (!found) return { body, receipt };
  // The verification is plain data.
  const verification = found as unknown as JsonValue;
  return { body: spliceMembers(bytes, [{ member: 'conclave', value: { verification } }]), receipt };
}

function textOf(dialect: Dialect, body: Uint8Array): string {
  // The dialect wrote or relayed this body a moment ago, so it is valid JSON.
  const reply = JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject;
  const collector = replyCollector();
  for (const part of dialect.readReply(reply, {})) collector.add(part);
  return replyText(collector.reply);
}
