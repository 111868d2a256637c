import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { knownName } from '../request/known-name.ts';

type ThinkingSwitch = NonNullable<Quirks['thinkingSwitch']>;

/** What switches thinking off, by the field of the provider. */
export const switchedOff: Readonly<Record<ThinkingSwitch, JsonObject>> = {
  thinking: { thinking: { type: 'disabled' } },
  enable_thinking: { enable_thinking: false },
};

/** Returns the field that switches off the thinking of a model; `undefined` if there is none, or it always thinks. */
export function thinkingSwitchOf(target: WireTarget): ThinkingSwitch | undefined {
  return alwaysThinks(target) ? undefined : target.quirks.thinkingSwitch;
}

/** Whether the model is known to think whatever it is asked. */
export function alwaysThinks(target: WireTarget): boolean {
  return matchesAny(knownName(target), target.quirks.alwaysThinks ?? []);
}
