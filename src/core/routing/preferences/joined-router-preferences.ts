import { asConclaveError, ConclaveError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { providersInBoth } from './where-data-may-go.ts';

/**
 * Joins the operator's `provider` object for a provider that is itself a router with the caller's. The operator's members
 * count, but neither loosens what the other restricts: a refusal or requirement of either counts, and the lower of two
 * prices; ignored providers are those of both; and of two lists `only` or `quantizations`, or orders without fallbacks,
 * what both name remains. https://openrouter.ai/docs/features/provider-routing
 * @throws ConclaveError `unsupported` if no provider remains.
 */
export function joinedRouterPreferences(
  operators: JsonValue | undefined,
  callers: JsonObject | undefined,
): JsonValue | undefined {
  if (!callers) return operators;
  if (!isJsonObject(operators)) return callers;
  const both = [operators, callers];
  const only = namedByBoth('only', listed(operators.only), arrayOf(callers.only));
  const order = namedByBoth('order', closedOrderIn(operators), closedOrderIn(callers));
  const quantizations = namedByBoth(
    'quantizations',
    listed(operators.quantizations),
    listed(callers.quantizations),
  );
  const ignore = new Set(both.flatMap(({ ignore: ignored }) => listed(ignored) ?? []));
  const maxPrice = lowerPrices(operators.max_price, callers.max_price);
  return {
    ...callers,
    ...operators,
    ...(only && { only }),
    ...(order && { order }),
    ...(quantizations && { quantizations }),
    ...(ignore.size > 0 && { ignore: [...ignore] }),
    ...(maxPrice && { max_price: maxPrice }),
    ...(both.some(({ data_collection: collection }) => collection === 'deny') && { data_collection: 'deny' }),
    ...(both.some(({ allow_fallbacks: allowed }) => allowed === false) && { allow_fallbacks: false }),
    ...Object.fromEntries(
      requirements.filter((name) => both.some((one) => one[name] === true)).map((name) => [name, true]),
    ),
  };
}

/** Why no provider would remain of both. Absent: some may. */
export function whyUnjoinable(
  operators: JsonValue | undefined,
  callers: JsonObject | undefined,
): string | undefined {
  if (!callers || !operators) return undefined;
  try {
    joinedRouterPreferences(operators, callers);
    return undefined;
  } catch (error) {
    return asConclaveError(error).message;
  }
}

const requirements = ['zdr', 'require_parameters', 'enforce_distillable_text'] as const;

function namedByBoth(
  member: 'only' | 'order' | 'quantizations',
  operators: JsonValue[] | undefined,
  callers: JsonValue[] | undefined,
): JsonValue[] | undefined {
  if (!operators || !callers) return operators ?? callers;
  const named = providersInBoth(operators, callers);
  if (named.length > 0) return named;
  const param = `provider.${member}`;
  throw new ConclaveError('unsupported', `${param} names nothing that the operator allows here.`, {
    param,
  });
}

/** An order without fallbacks: a router asks no provider that is not in it. */
function closedOrderIn({ order, allow_fallbacks: allowed }: JsonObject): JsonValue[] | undefined {
  return allowed === false ? listed(order) : undefined;
}

/** What an operator may write as one name, too. An empty list would not restrict a router. */
function listed(value: JsonValue | undefined): JsonValue[] | undefined {
  const list = typeof value === 'string' ? [value] : arrayOf(value);
  return list?.length ? list : undefined;
}

function arrayOf(value: JsonValue | undefined): JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Prices are numbers, or numbers in texts. */
function lowerPrices(first: JsonValue | undefined, second: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(first)) return isJsonObject(second) ? second : undefined;
  if (!isJsonObject(second)) return first;
  const isLower = ([name, price]: [string, JsonValue | undefined]) =>
    first[name] === undefined || first[name] === null || Number(price) < Number(first[name]);
  const lower = Object.entries(second).filter((entry) => entry[1] !== null && isLower(entry));
  return { ...first, ...Object.fromEntries(lower) };
}
