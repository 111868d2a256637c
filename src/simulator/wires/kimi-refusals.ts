import type { JsonObject } from '../../core/json/json.ts';
import { Refused } from '../problem.ts';
import { objectOf, textOf } from '../read-json.ts';

/** The members that Moonshot fixes for its models since Kimi K2.5, with their values while the model thinks. */
const fixed = { top_p: 0.95, n: 1, presence_penalty: 0, frequency_penalty: 0 } as const;

/**
 * Refuses what Moonshot's models since Kimi K2.5 do not accept: https://platform.kimi.ai/docs/api/models-overview, with
 * the errors of https://github.com/CherryHQ/cherry-studio/issues/14573 and
 * https://github.com/MoonshotAI/kimi-code/issues/797.
 * @throws Refused
 */
export function checkKimi(provider: string, body: JsonObject): void {
  const model = textOf(body['model']);
  if (!provider.startsWith('moonshot') || !/^kimi-k(?:2\.[5-9]|[3-9])/.test(model)) return;
  const mayBeOff = /^kimi-k2\.[56]/.test(model);
  const isOff = textOf(objectOf(body['thinking'])['type']) === 'disabled';
  if (isOff && !mayBeOff)
    invalid('thinking', 'invalid thinking: only type=enabled is allowed for this model');
  const values: Readonly<Record<string, number>> = { temperature: isOff ? 0.6 : 1, ...fixed };
  for (const [member, value] of Object.entries(values)) {
    const found = body[member];
    if (found === undefined || found === null || found === value) continue;
    invalid(member, `invalid ${member}: only ${value} is allowed for this model`);
  }
}

function invalid(param: string, message: string): never {
  throw new Refused({ kind: 'invalid', status: 400, model: '', message, param });
}
