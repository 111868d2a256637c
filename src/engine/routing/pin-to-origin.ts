import type { Call } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import { credentialKey } from '../../core/credential-key.ts';
import type { EngineContext } from '../context.ts';
import type { Named } from '../memory/origins.ts';
import type { FilteredCandidates } from './filtered-candidates.ts';

/**
 * Keeps only the candidates that know what a call refers to: a stored answer and, for a strict caller, encrypted
 * reasoning.
 * @throws ConclaveError `not_found` if a call refers to something that its key does not own.
 */
export function pinToOrigin(
  engine: EngineContext,
  call: Call,
  sifted: FilteredCandidates,
): FilteredCandidates {
  return withThoughts(engine, call, withAnswer(engine, call, withOwn(engine, call, sifted)));
}

/**
 * All keys share the accounts of Conclave's providers, so a provider would find for any key what it stored for another.
 * A caller who pays with its own credential may refer to whatever that credential can access.
 */
function withOwn(engine: EngineContext, call: Call, sifted: FilteredCandidates): FilteredCandidates {
  const strangersToo = call.principal.owner !== true && !engine.settings.foreignIds;
  const foreign = engine.origins.notOf(call, { strangersToo });
  if (foreign === undefined || sifted.fit.length === 0) return sifted;
  const paidByCaller = ({ deployment }: Candidate) => deployment.payer === 'caller';
  if (!sifted.fit.some(paidByCaller)) throw notGiven(foreign);
  return keep(sifted, paidByCaller, `${foreign.param} refers to something that this key was not given`);
}

/** The kind of thing that a field refers to, if not a part of an answer. */
const kinds: Readonly<Record<string, string>> = {
  previous_response_id: 'Previous response',
  conversation: 'Conversation',
  thread: 'Message',
  previous_message_id: 'Message',
  container: 'Container',
};

/** In OpenAI's wording; the same whether another key owns the id or the id is unknown. */
function notGiven({ id, param }: Named): ConclaveError {
  const kind = kinds[param.replace(/^tools\.\d+\./, '')] ?? 'Item';
  const isContainer = kind === 'Container';
  const remedy = isContainer ? 'Omit it to get a new one.' : 'Send the conversation itself as input.';
  const what = `${kind} with id '${id}' not found`;
  const which = isContainer ? 'no such container' : 'no such answer';
  return new ConclaveError('not_found', `${what}: this key has been given ${which} here. ${remedy}`, {
    param,
    ...(param === 'previous_response_id' && { openAiCode: 'previous_response_not_found' }),
    toOperator: `${what}: the key has been given ${which} here. To allow ids created elsewhere, set server.foreignIds: true.`,
  });
}

/** An answer is stored with the account that paid for it: other keys of the same provider do not find it. */
function withAnswer(engine: EngineContext, call: Call, sifted: FilteredCandidates): FilteredCandidates {
  const origin = engine.origins.of(call);
  if (origin === undefined) return sifted;
  const isThere = ({ deployment }: Candidate) => credentialKey(deployment) === origin;
  // Its key is gone: the provider may still find the answer with another key of the same account.
  if (!sifted.fit.some(isThere)) return sifted;
  return keep(sifted, isThere, 'what the call refers to is stored under another key');
}

/**
 * A candidate that cannot decrypt the conversation's reasoning gets the conversation without it, unless the caller is
 * strict.
 */
function withThoughts(engine: EngineContext, call: Call, sifted: FilteredCandidates): FilteredCandidates {
  const thoughts = call.strict ? engine.origins.thoughtsOf(call) : undefined;
  if (!thoughts) return sifted;
  const reason = 'the encrypted reasoning of the conversation comes from another provider or key';
  return keep(sifted, (candidate) => thoughts.opensAll(candidate), reason);
}

function keep(
  { fit, out }: FilteredCandidates,
  fits: (candidate: Candidate) => boolean,
  reason: string,
): FilteredCandidates {
  const others = fit.filter((candidate) => !fits(candidate));
  const ruledOut = others.map(({ model }) => ({ model: model.id, rule: 'origin' as const, reason }));
  return { fit: fit.filter(fits), out: [...out, ...ruledOut] };
}
