import { billingTerms } from '../../core/money/billing-terms.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';

/** The fields in which OpenAI and Anthropic are asked for a service. */
const words: ReadonlySet<string> = new Set(['service_tier', 'speed', 'inference_geo']);
/** Amazon's, and the member that names the service. */
const objects: ReadonlyMap<string, string> = new Map([
  ['serviceTier', 'type'],
  ['performanceConfig', 'latency'],
]);

type Terms = Pick<ExtraField, 'terms'>;

const none: Terms = {};

/** Returns the member of a field that names the billing terms it asks for, if they are out of the ordinary. */
export function serviceTerms(name: string, value: JsonValue): Terms {
  const word = words.has(name) ? value : wordIn(value, objects.get(name));
  const terms = word === undefined ? [] : billingTerms({ [name]: word });
  return terms.length > 0 ? { terms } : none;
}

function wordIn(value: JsonValue, member: string | undefined): JsonValue | undefined {
  return member !== undefined && isJsonObject(value) ? value[member] : undefined;
}
