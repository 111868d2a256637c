import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { objectOf } from '../../fields/loose-fields.ts';
import { itemId } from '../item-id.ts';
import { writeFormat } from '../write-format.ts';
import { echoedChoice, echoedTool } from '../write-tools.ts';

/** Writes a response without its outcome. The fields that repeat the request show what Conclave understood of it. */
export function responseEnvelope({ id, model, createdAt, request }: ReplyContext): JsonObject {
  return {
    id: itemId('resp', id),
    object: 'response',
    created_at: Math.floor(createdAt / 1000),
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: request.maxOutputTokens ?? null,
    model,
    output: [],
    parallel_tool_calls: request.parallelTools ?? true,
    previous_response_id: null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: null },
    // No answer can be fetched by its id later.
    store: false,
    temperature: request.temperature ?? null,
    text: { format: writeFormat(request.output) },
    tool_choice: echoedChoice(request.toolChoice, request.tools),
    tools: (request.tools ?? []).map(echoedTool),
    top_p: request.topP ?? null,
    truncation: 'disabled',
    metadata: metadataOf(request),
    ...(request.user !== undefined && { user: request.user }),
  };
}

function metadataOf({ origin, extras }: ModelRequest): JsonObject {
  if (origin !== 'openai-responses') return {};
  return objectOf(extras?.find(({ name }) => name === 'metadata')?.value);
}
