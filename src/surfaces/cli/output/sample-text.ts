import { dollarText } from '../../../core/units.ts';
import type { Sample } from '../../../core/routing/what-if.ts';
import { countedCalls } from './counted-calls.ts';
import { printable } from './printable.ts';

/** Most models to name; the rest are counted. */
const maxNamed = 5;

/** Describes the calls of a report: how many there were, how many were examined, and what was left out. */
export function sampleText(sample: Sample): string {
  const { calls, lookedAt, since, simulated } = sample;
  const all = `${countedCalls(calls)} since ${since.slice(0, 16)}${simulated ? ' (simulated money)' : ''}`;
  const drawn =
    lookedAt < calls ? `; ${lookedAt} of them, sampled evenly, were evaluated to represent all` : '';
  return `${all}${drawn}${leftOutText(sample)}`;
}

function leftOutText({ leftOut, gone }: Sample): string {
  const goneCalls = gone.reduce((sum, { calls }) => sum + calls, 0);
  const others = leftOut - goneCalls;
  const named = gone.slice(0, maxNamed).map(({ model, calls, nanoUsd }) => {
    return `${printable(model)} (${countedCalls(calls)}, ${dollarText(nanoUsd)})`;
  });
  const rest = gone.length > maxNamed ? ` and ${gone.length - maxNamed} more` : '';
  return [
    ...(others > 0 ? [`${others} without a price, without an answer or for vectors are left out`] : []),
    ...(gone.length > 0
      ? [`left out, because their models are no longer configured: ${named.join(', ')}${rest}`]
      : []),
  ]
    .map((text) => `; ${text}`)
    .join('');
}
