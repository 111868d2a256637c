import { ConclaveError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { providersInBoth } from './where-data-may-go.ts';

/**
 * Joins the operator's `provider` object for a provider that is itself a router with the caller's. The operator's
 * members count, but neither loosens what the other says of who may see or keep the data: a refusal of either counts,
 * ignored providers are those of both, and only providers that both allow remain.
 * https://openrouter.ai/docs/features/provider-routing
 * @throws ConclaveError `unsupported` if no provider remains.
 */
export function joinedRouterPreferences(
  operators: JsonValue | undefined,
  callers: JsonObject | undefined,
): JsonValue | undefined {
  if (!callers) return operators;
  if (!isJsonObject(operators)) return callers;
  const both = [operators, callers];
  const ignore = new Set(both.flatMap(({ ignore: ignored }) => (Array.isArray(ignored) ? ignored : [])));
  return {
    ...callers,
    ...operators,
    ...(Array.isArray(operators.only) && { only: allowedByBoth(operators.only, callers.only) }),
    ...(ignore.size > 0 && { ignore: [...ignore] }),
    ...(both.some(({ data_collection: collection }) => collection === 'deny') && { data_collection: 'deny' }),
    ...(both.some(({ zdr }) => zdr === true) && { zdr: true }),
  };
}

/** An empty list would not restrict a router. */
function allowedByBoth(operators: readonly JsonValue[], callers: JsonValue | undefined): JsonValue[] {
  const allowed = providersInBoth(operators, callers);
  if (allowed.length > 0 || operators.length === 0) return allowed;
  throw new ConclaveError('unsupported', 'provider.only names no provider that the operator allows here.', {
    param: 'provider.only',
  });
}
