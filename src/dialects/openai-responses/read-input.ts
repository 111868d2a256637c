import type { ContentPart, Message } from '../../core/content.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ExtraField } from '../../core/request.ts';
import { array, choice, object, refuse, string } from '../strict-fields.ts';
import { readContent } from './read-content.ts';
import type { Site } from './read-content.ts';
import { readProof } from './reasoning-proof.ts';

/** Who speaks: what a model wrote in several items is one message, and so are the results of its calls. */
type Speaker = 'model' | 'results' | undefined;

/** A client's input: a prompt, or the items of a conversation. What only OpenAI understands is noted in `extras`. */
export function readInput(input: JsonValue | undefined, extras: ExtraField[]): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) refuse('input', 'a string or an array of items', input);
  const messages: Message[] = [];
  let speaker: Speaker;
  let open: ContentPart[] = [];

  function append(next: Exclude<Speaker, undefined>, parts: readonly ContentPart[]): void {
    if (speaker !== next) {
      open = [];
      messages.push({ role: next === 'model' ? 'assistant' : 'user', content: open });
    }
    speaker = next;
    open.push(...parts);
  }

  for (const [index, value] of input.entries()) {
    const site = { at: `input.${index}`, extras };
    const item = object.check(value, site.at);
    const type = typeOf(item, site.at);
    if (type === 'message') {
      const role = roles.required(item, 'role', site.at);
      const content = readContent(item.content, { ...site, at: `${site.at}.content` });
      if (role === 'assistant') append('model', content);
      else {
        speaker = undefined;
        messages.push({ role: role === 'user' ? 'user' : 'system', content });
      }
    } else if (type === 'function_call_output') append('results', [readResult(item, site)]);
    else append('model', [readModelItem(item, type, site)]);
  }
  return messages;
}

const roles = choice('user', 'assistant', 'system', 'developer');

/** A message may leave its type out, and so may a reference. */
function typeOf(item: JsonObject, at: string): string {
  const type = string.optional(item, 'type', at);
  if (type !== undefined) return type;
  return item.role === undefined && item.id !== undefined ? 'item_reference' : 'message';
}

function readResult(item: JsonObject, { at, extras }: Site): ContentPart {
  return {
    type: 'tool-result',
    callId: string.required(item, 'call_id', at),
    content: readContent(array.check(asList(item.output), `${at}.output`), { at: `${at}.output`, extras }),
    isError: false,
  };
}

function asList(output: JsonValue | undefined): JsonValue | undefined {
  if (output === null || output === undefined || output === '') return [];
  return typeof output === 'string' ? [{ type: 'input_text', text: output }] : output;
}

/** What a model wrote besides messages. Its own tools' doings are left out elsewhere; what a client told them pins. */
function readModelItem(item: JsonObject, type: string, { at, extras }: Site): ContentPart {
  if (type === 'function_call') {
    return {
      type: 'tool-call',
      id: string.required(item, 'call_id', at),
      name: string.required(item, 'name', at),
      arguments: string.optional(item, 'arguments', at) ?? '',
    };
  }
  if (type === 'reasoning') return readReasoning(item, at);
  if (pins(type)) extras.push({ name: at, fieldClass: 'pinning', value: item });
  return { type: 'opaque', dialect: 'openai-responses', value: item };
}

/** References, what stands for a conversation that is not sent along, and answers of the client's to OpenAI's tools. */
function pins(type: string): boolean {
  return (
    type === 'item_reference' ||
    type.includes('compaction') ||
    type.endsWith('_output') ||
    type === 'mcp_approval_response'
  );
}

function readReasoning(item: JsonObject, at: string): ContentPart {
  const texts = ['summary', 'content'].flatMap((member) =>
    (array.optional(item, member, at) ?? []).map((value, index) => {
      const path = `${at}.${member}.${index}`;
      return string.required(object.check(value, path), 'text', path);
    }),
  );
  const text = texts.join('\n\n');
  const found = readProof(item, text !== '');
  if (found === undefined) return { type: 'reasoning', text, origin: 'openai-responses' };
  const { kind, proof, origin } = found;
  return { type: 'reasoning', text, [kind]: proof, origin };
}
