import { sendBytes } from '../../money/most-tokens.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Model } from '../../../core/model.ts';
import { type Tokens, dollarText } from '../../../core/units.ts';
import type { RuledOut } from './filter.ts';
import { ceilingText, type Ceiling } from './price-ceiling.ts';

export type NoCandidate = {
  readonly asked: string;
  /** What ruled out each candidate, the nearest to being asked first. */
  readonly out: readonly RuledOut[];
  readonly inputTokens: Tokens;
  /** The one model that was asked for; absent for an open choice. */
  readonly model?: Model | undefined;
  /** A model whose window would hold the prompt. */
  readonly wider?: string | undefined;
  /** A field that asks for the prompt to be shortened, on which the provider of the model does not act. */
  readonly shortening?: string | undefined;
  /** What the named model, or the cheapest that only its price rules out, may cost, and what the caller allows. */
  readonly ceiling?: Ceiling | undefined;
  /** Set if only local models may see the call. */
  readonly local?: LocalOnly | undefined;
};

/** What a call that must stay on local models found of them. */
export type LocalOnly = {
  /** There is a local model, even if it was not a candidate. */
  readonly exists: boolean;
  /** The local candidates, with what ruled them out. */
  readonly out: readonly RuledOut[];
};

/** Models to name for each reason; the rest are counted. */
const mostNamed = 5;

/** Characters of a list in an error; more than this is of no use to a reader. */
const longestList = 8_000;

/** The error of a call that no model can serve: each reason that ruled candidates out, with the first of them. */
export function noCandidate({
  asked,
  out,
  inputTokens,
  model,
  wider,
  shortening,
  ceiling,
  local,
}: NoCandidate): ConclaveError {
  const forbidden = out.length > 0 && out.every(({ rule }) => rule === 'key');
  if (local && local.out.length === 0 && !forbidden) return noLocalModel(asked, local);
  if (out.length === 0)
    return new ConclaveError(
      'no_candidate',
      `No configured provider lists a model for "${asked}"; name one as provider/model, describe it under models in the configuration, or add a provider or a key.`,
    );
  const window = model?.contextWindow;
  if (window !== undefined && out.some(({ rule }) => rule === 'window')) {
    const unshortened = shortening ? `, and its provider does not act on ${shortening}` : '';
    return new ConclaveError(
      'context_too_long',
      `${asked} accepts ${window} tokens, this call needs about ${inputTokens}${unshortened}; ${wider ? `try ${wider}` : 'shorten the prompt'}.`,
      { param: 'messages' },
    );
  }
  if (ceiling) {
    const smaller = ceiling.fillsWindow ? ` ${sendBytes}` : '';
    const message = model
      ? `${ceiling.model} ${mayCost(ceiling)}; raise the ceiling, ask for less, or name a cheaper model.${smaller}`
      : `No model can serve "${asked}" at that price: the cheapest is ${ceiling.model}, which ${mayCost(ceiling)}; raise the ceiling or ask for less.${smaller} All candidates: ${byReason(out)}.`;
    return new ConclaveError('no_candidate', message, { param: 'model' });
  }
  // Models elsewhere are too many to list, and the call asked for none of them.
  const reasons =
    local && !forbidden ? `only local models may see this call. ${byReason(local.out)}` : byReason(out);
  return new ConclaveError(
    forbidden ? 'permission' : 'no_candidate',
    `No model can serve "${asked}": ${reasons}.`,
    { param: 'model' },
  );
}

function noLocalModel(asked: string, { exists }: LocalOnly): ConclaveError {
  const remedy = exists
    ? 'and no local one was asked for; name one, or "auto:local"'
    : 'and there is none: start a local server such as Ollama, or declare yours under providers with local: true; "conclave doctor" lists the servers that answer';
  const message = `No model can serve "${asked}": only local models may see this call, ${remedy}.`;
  return new ConclaveError('no_candidate', message, { param: 'model' });
}

function mayCost({ most, inputTokens, outputTokens, ...ceiling }: Ceiling): string {
  const sizes = `up to ${inputTokens} tokens in and ${outputTokens} out`;
  return `may cost ${dollarText(most)} (${sizes}), more than ${ceilingText(ceiling)}`;
}

/** `a, b, c, d, e and 3 more: it does not support vision; f: …`. */
function byReason(out: readonly RuledOut[]): string {
  const models = new Map<string, Set<string>>();
  for (const { model, reason } of out) {
    const list = models.get(reason);
    if (list) list.add(model);
    else models.set(reason, new Set([model]));
  }
  const text = [...models].map(([reason, list]) => `${named([...list])}: ${reason}`).join('; ');
  return text.length > longestList ? `${text.slice(0, longestList)}…` : text;
}

function named(models: readonly string[]): string {
  const first = models.slice(0, mostNamed).join(', ');
  return models.length > mostNamed ? `${first} and ${models.length - mostNamed} more` : first;
}
