import type { RequestDraft } from '../request/draft.ts';
import { takesStop } from '../makers/gpt-habits.ts';
import { knownName } from '../request/known-name.ts';

/** Returns as many stop sequences as the provider and model accept, with a warning about the others. */
export function writeStop({ request, target, warnings }: RequestDraft): string[] | undefined {
  const { stop } = request;
  if (stop === undefined || stop.length === 0) return undefined;
  const { maxStopSequences: most = Infinity } = target.quirks;
  if (!takesStop(knownName(target))) {
    warnings.push(`"stop" was left out: ${target.model} does not support it.`);
    return undefined;
  }
  if (stop.length > most) {
    warnings.push(`Only the first ${most} stop sequences were sent: this provider does not accept more.`);
  }
  return stop.slice(0, most);
}
