import { isDeepStrictEqual } from 'node:util';
import type { DialectId } from '../../src/core/wire/content.ts';
import type { Dialect, WireTarget } from '../../src/core/wire/dialect.ts';
import { ConclaveError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { dialects } from '../../src/dialects/index.ts';
import { base, fields, type ClientDialect, type Field } from './fields.ts';

/**
 * What happens to a field. `own`: its bytes are passed on unchanged. `crosses`: the provider's dialect has an
 * equivalent. `warned`: it is left out or changed, and the reply says so. `refused`: an error names it. `silent`: it
 * had no effect, without a warning.
 */
export type Crossing = 'own' | 'crosses' | 'warned' | 'refused' | 'silent';

/**
 * Sends one field from a client to a provider and checks what arrives. `undefined`: the client's dialect does not have
 * the field.
 */
export function crossingOf(field: Field, client: ClientDialect, provider: DialectId): Crossing | undefined {
  const words = field.words[client];
  if (!words) return undefined;
  const under = fields.find(({ name }) => name === field.beside)?.words[client];
  try {
    codec(client).readRequest({ ...base[client], ...words });
    if (client === provider) return 'own';
    const plain = written({ ...base[client], ...under }, client, provider);
    const asked = written({ ...base[client], ...words }, client, provider);
    if (asked.warnings.some((warning) => !plain.warnings.includes(warning))) return 'warned';
    return isDeepStrictEqual(asked.body, plain.body) ? 'silent' : 'crosses';
  } catch (error) {
    if (error instanceof ConclaveError && error.code === 'unsupported') return 'refused';
    throw error;
  }
}

/** A model of each provider with the capabilities of most of its models. */
const models: Readonly<Record<DialectId, string>> = {
  'openai-chat': 'gpt-4.1',
  'openai-responses': 'gpt-4.1',
  'anthropic-messages': 'claude-sonnet-4-5',
  'google-generate': 'gemini-2.5-pro',
  'bedrock-converse': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama-chat': 'qwen3:8b',
};

function written(body: JsonObject, client: ClientDialect, provider: DialectId) {
  const target: WireTarget = {
    model: models[provider],
    quirks: {},
    stream: false,
    maxOutputTokens: 8_192,
    capabilities: { reasoning: true, 'json-schema': true },
  };
  const { body: sent, warnings } = codec(provider).writeRequest(codec(client).readRequest(body), target);
  // Absent and undefined fields are the same in JSON.
  return { body: JSON.parse(JSON.stringify(sent)) as JsonObject, warnings };
}

function codec(id: DialectId): Dialect {
  const found = dialects.find((dialect) => dialect.id === id);
  if (!found) throw new Error(`no dialect ${id}`);
  return found;
}
