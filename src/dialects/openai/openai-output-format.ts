import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { ModelTarget } from '../request/model-target.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { RequestDraft } from '../request/draft.ts';
import { hasToolCalls } from '../tools/has-tool-calls.ts';
import { mayCallTools } from '../tools/may-call-tools.ts';
import { knownName } from '../request/known-name.ts';
import { formatInWords, schemaInstruction } from '../schemas/json-instruction.ts';
import { allowsObject, isObjectSchema } from '../schemas/object-schema.ts';
import { needsObjectSchemas } from './openai-tool.ts';
import { isOpenAis, isStrictFormat } from '../schemas/strict-schema.ts';

export type WrittenFormat = {
  readonly format?: JsonObject;
  /** Expresses in words what the provider has no field for. */
  readonly instruction?: string;
};

/** What a model can be held to in this request. */
export function schemaModeFor(
  request: Pick<ModelRequest, 'tools' | 'toolChoice' | 'messages'>,
  target: ModelTarget,
): NonNullable<Quirks['schemaMode']> {
  const { schemaMode = 'json-schema', schemaModels, formatAlone, formatWithTools } = target.quirks;
  const name = knownName(target).toLowerCase();
  if (formatAlone && (request.tools !== undefined || hasToolCalls(request))) return 'none';
  if (formatWithTools === false && mayCallTools(request)) return 'none';
  if (schemaMode !== 'json-schema' || schemaModels === undefined) return schemaMode;
  return schemaModels.some((pattern) => matchesPattern(name, pattern)) ? 'json-schema' : 'json-object';
}

/** Returns whether a provider can stream the answer in the requested format. */
export function canStreamFormat(
  request: Pick<ModelRequest, 'output' | 'tools' | 'toolChoice' | 'messages'>,
  target: ModelTarget,
): boolean {
  if (request.output === undefined || !target.quirks.formatAlone) return true;
  return schemaModeFor(request, target) === 'none';
}

/** Writes the output format in the form that this provider supports. */
export function writeOutputFormat(draft: RequestDraft): WrittenFormat {
  const { request, target, warnings } = draft;
  const { output, origin } = request;
  if (output === undefined) return {};
  const mode = schemaModeFor(request, target);
  const jsonObject = { format: { type: 'json_object' } };
  if (mode === 'none') return { instruction: formatInWords(output, warnings) };
  if (output.type === 'json') return jsonObject;
  if (mode !== 'json-schema')
    return { ...(allowsObject(output.schema) && jsonObject), instruction: formatInWords(output, warnings) };
  const { name = 'answer', description, schema } = output;
  if (needsObjectSchemas(target) && !isObjectSchema(schema) && !isOpenAis(origin)) {
    warnings.push(
      'The JSON schema was sent as an instruction: this provider enforces only schemas of objects.',
    );
    return { instruction: schemaInstruction(output) };
  }
  return {
    format: {
      type: 'json_schema',
      json_schema: {
        name: name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64),
        ...(description !== undefined && { description }),
        schema,
        strict: isStrictFormat(output, draft),
      },
    },
  };
}
