import type { CallReceipt } from '../../core/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { usdFromNano } from '../../core/units.ts';
import { spliceMembers } from '../../core/json/splice-members.ts';

/**
 * Adds `cost` in dollars to the usage of a whole reply; `null` if the price is unknown. Everything else is unchanged.
 */
export function costInBody(body: Uint8Array | string, receipt: CallReceipt): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const parsed = parse(Buffer.from(bytes).toString('utf8'));
  if (!isJsonObject(parsed) || !isJsonObject(parsed.usage)) return bytes;
  return spliceMembers(bytes, [{ member: 'usage', value: withCost(parsed.usage, receipt) }]);
}

/**
 * Adds `cost` to the last usage of a stream. The cost is known only at the end, so an event with a usage is held back until
 * something of the answer or another usage follows it. Each piece holds whole server-sent events.
 */
export async function* costInStream(
  pieces: AsyncIterable<Uint8Array | string>,
  settled: Promise<CallReceipt>,
): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    for (const event of eventsOf(typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8'))) {
      if (hasUsage(event)) {
        // The held event was not the last usage: release it.
        if (held !== '') yield held;
        held = event;
      } else if (held === '') yield event;
      else if (hasContent(event)) {
        // Nor is it if the answer goes on: Anthropic's streams begin with a usage of the prompt.
        yield held + event;
        held = '';
      } else held += event;
    }
  }
  if (held === '') return;
  const receipt = await settled;
  yield eventsOf(held)
    .map((event) => (hasUsage(event) ? costInEvent(event, receipt) : event))
    .join('');
}

function eventsOf(text: string): string[] {
  return text.split(/(?<=\n\n|\r\n\r\n)/).filter((event) => event !== '');
}

/** A cheap check: answer text that contains `"usage":{` is only held back for a moment. */
function hasUsage(event: string): boolean {
  return /"usage"\s*:\s*\{/.test(event);
}

/** Whether an event holds something of the answer: text, reasoning, a call, in the dialect of any client. */
function hasContent(event: string): boolean {
  const payload = parse(/^data: ?(\{.*\})\r?$/m.exec(event)?.[1] ?? '');
  if (!isJsonObject(payload)) return false;
  const { type, choices } = payload;
  if (typeof type === 'string')
    return type.startsWith('content_block_') || type.startsWith('response.output_');
  return Array.isArray(choices) && choices.some((choice) => isJsonObject(choice) && isFilled(choice.delta));
}

function isFilled(delta: JsonValue | undefined): boolean {
  if (!isJsonObject(delta)) return false;
  return Object.entries(delta).some(([name, value]) => name !== 'role' && value !== null && value !== '');
}

function costInEvent(event: string, receipt: CallReceipt): string {
  return event.replace(/^data: ?(\{.*\})\r?$/m, (line, data: string) => {
    const parsed = parse(data);
    const changed = isJsonObject(parsed) ? costInPayload(parsed, receipt) : undefined;
    return changed ? `data: ${JSON.stringify(changed)}` : line;
  });
}

/** Responses events nest the response and its usage in the event. */
function costInPayload(payload: JsonObject, receipt: CallReceipt): JsonObject | undefined {
  if (isJsonObject(payload.usage)) return { ...payload, usage: withCost(payload.usage, receipt) };
  if (!isJsonObject(payload.response) || !isJsonObject(payload.response.usage)) return undefined;
  const usage = withCost(payload.response.usage, receipt);
  return { ...payload, response: { ...payload.response, usage } };
}

/**
 * A cost that the provider reports stays unchanged if it is the one that is booked. What a caller paid with its own key goes into the field that
 * OpenRouter uses for it.
 */
function withCost(
  usage: JsonObject,
  { cost, callerCost, costIsReported, simulated }: CallReceipt,
): JsonObject {
  const hasCost = typeof usage.cost === 'number' || isJsonObject(usage.cost);
  if (hasCost && costIsReported) return usage;
  return {
    ...usage,
    cost: cost === undefined ? null : usdFromNano(cost),
    ...(callerCost !== undefined && {
      is_byok: true,
      cost_details: { upstream_inference_cost: usdFromNano(callerCost) },
    }),
    ...(simulated && { cost_is_simulated: true }),
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    // `JSON.parse` returns nothing else.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
