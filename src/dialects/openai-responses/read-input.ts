import { appendAll } from '../../core/lists/append-all.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { array, choice, object, refuse, string } from '../fields/strict-fields.ts';
import { freeformArguments } from '../openai/freeform-tool.ts';
import { isOurId } from './item-id.ts';
import { flatName } from './client-tools.ts';
import { readContent } from './read-content.ts';
import type { Site } from './read-content.ts';
import { readProof } from './reasoning-proof.ts';

/** The author of an item: a model's consecutive items are one message, and so are the results of its calls. */
type Speaker = 'model' | 'results' | undefined;

/**
 * Reads a client's input: a prompt, or the items of a conversation. What only OpenAI can interpret is added to
 * `extras`.
 */
export function readInput(input: JsonValue | undefined, extras: ExtraField[]): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) refuse('input', 'a string or an array of items', input);
  const messages: Message[] = [];
  let speaker: Speaker;
  let open: ContentPart[] = [];
  /** How many calls with an id await their output: some clients count their calls anew, also within a turn. */
  const awaiting = new Map<string, number>();
  /** The ids of the calls since the user last spoke: those before it may have been stopped, and then await nothing. */
  const ofTurn = new Set<string>();

  function append(next: Exclude<Speaker, undefined>, parts: readonly ContentPart[]): void {
    if (speaker !== next) {
      open = [];
      messages.push({ role: next === 'model' ? 'assistant' : 'user', content: open });
    }
    speaker = next;
    appendAll(open, parts);
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
        if (role === 'user') ofTurn.clear();
        messages.push({ role: role === 'user' ? 'user' : 'system', content });
      }
    } else if (type === 'agent_message' || isRemark(item, type)) {
      speaker = undefined;
      messages.push({ role: 'user', content: readRemark(item, site) });
    } else if (results.has(type)) {
      const callId = callIdOf(item, site.at);
      // The call of a first output may be part of what is not sent.
      const calls = awaiting.get(callId) ?? 1;
      const parts = calls === 0 ? readRemark(item, site) : [readResult(item, callId, site)];
      if (parts.length > 0) append('results', parts);
      awaiting.set(callId, Math.max(0, calls - 1));
    }
    // The tools of `additional_tools` are read with all others.
    else if (type !== 'additional_tools') {
      const part = readModelItem(item, type, site);
      if (part.type === 'tool-call') {
        const before = ofTurn.has(part.id) ? (awaiting.get(part.id) ?? 0) : 0;
        awaiting.set(part.id, before + 1);
        ofTurn.add(part.id);
      }
      append('model', [part]);
    }
  }
  return messages;
}

/** Whether an output answers no call: Codex passes messages of other threads to the model this way. */
function isRemark({ call_id: callId, name }: JsonObject, type: string): boolean {
  const isUncalled = callId === undefined || callId === null;
  return type === 'function_call_output' && isUncalled && typeof name === 'string';
}

/**
 * Reads a message of another agent or thread to the model, or what a script of Codex's reports of itself beside its result:
 * elsewhere a call has one. The name of the agent or tool goes before it.
 */
function readRemark(item: JsonObject, { at, extras }: Site): ContentPart[] {
  const member = item.type === 'agent_message' ? 'content' : 'output';
  const site = { at: `${at}.${member}`, extras };
  const content = readContent(array.check(asList(item[member]), site.at), site);
  const author = string.optional(item, 'author', at) ?? string.optional(item, 'name', at);
  return author === undefined || content.length === 0
    ? content
    : [{ type: 'text', text: `${author}:` }, ...content];
}

/** Results of tools that the client runs itself. */
const results: ReadonlySet<string> = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'local_shell_call_output',
]);

const roles = choice('user', 'assistant', 'system', 'developer');

/** Returns the type of an item; a message and a reference may leave it out. */
function typeOf(item: JsonObject, at: string): string {
  const type = string.optional(item, 'type', at);
  if (type !== undefined) return type;
  return item.role === undefined && item.id !== undefined ? 'item_reference' : 'message';
}

function readResult(item: JsonObject, callId: string, { at, extras }: Site): ContentPart {
  return {
    type: 'tool-result',
    callId,
    content: readContent(array.check(asList(item.output), `${at}.output`), { at: `${at}.output`, extras }),
    isError: false,
  };
}

function asList(output: JsonValue | undefined): JsonValue | undefined {
  if (output === null || output === undefined || output === '') return [];
  return typeof output === 'string' ? [{ type: 'input_text', text: output }] : output;
}

/**
 * Reads what a model wrote other than messages. Items of OpenAI's own tools are left out for other providers; those
 * that carry a client's data pin the call.
 */
function readModelItem(item: JsonObject, type: string, { at, extras }: Site): ContentPart {
  const call = readCall(item, type, at);
  if (call) return call;
  if (type === 'reasoning') return readReasoning(item, at);
  if (type === 'item_reference') refuseForgotten(item, at);
  if (pins(type)) {
    const keptId = type === 'item_reference' && typeof item.id === 'string' ? item.id : undefined;
    extras.push({
      name: at,
      fieldClass: 'pinning',
      value: item,
      ...(keptId !== undefined && { keptId }),
      // It stands for items before it, and only OpenAI knows which of them the model still reads.
      ...(type.includes('compaction') && { shortens: { by: 'dialect', how: 'cut' } }),
    });
  }
  return { type: 'opaque', dialect: 'openai-responses', value: item };
}

/** Rejects a reference to an item of Conclave's: its id looks like OpenAI's, and no provider would find it. */
function refuseForgotten({ id }: JsonObject, at: string): void {
  if (!isOurId(id)) return;
  throw new ConclaveError(
    'invalid_request',
    `${at} refers to a piece of an answer by its id, and the model that gave it keeps none. Send the whole conversation as input: with "store": false, which the AI SDK takes as providerOptions.openai.store, OpenAI's clients do.`,
    { param: at },
  );
}

function readCall(item: JsonObject, type: string, at: string): ContentPart | undefined {
  const called = (name: string, args: string): ContentPart => ({
    type: 'tool-call',
    id: callIdOf(item, at),
    name: flatName(string.optional(item, 'namespace', at), name),
    arguments: args,
  });
  switch (type) {
    case 'function_call':
      return called(string.required(item, 'name', at), string.optional(item, 'arguments', at) ?? '');
    case 'custom_tool_call': {
      const input = string.required(item, 'input', at);
      return called(string.required(item, 'name', at), freeformArguments(input));
    }
    case 'local_shell_call':
      return called('local_shell', JSON.stringify(object.required(item, 'action', at)));
    default:
      return undefined;
  }
}

/** Returns the call's id; a local shell's call and its result may have only an item id. */
function callIdOf(item: JsonObject, at: string): string {
  const id = item.type === 'function_call' || item.type === 'custom_tool_call' ? undefined : item.id;
  return (
    string.optional(item, 'call_id', at) ??
    (typeof id === 'string' ? id : string.required(item, 'call_id', at))
  );
}

/**
 * Whether an item pins the call to OpenAI: references, items that replace a conversation that is not sent, and a
 * client's replies to OpenAI's tools.
 */
function pins(type: string): boolean {
  return (
    type === 'item_reference' ||
    type.includes('compaction') ||
    (type.endsWith('_output') && type !== 'tool_search_output') ||
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
  if (found === undefined) return { type: 'reasoning', text };
  return { type: 'reasoning', text, [found.kind]: found.proof };
}
