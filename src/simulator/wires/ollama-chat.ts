import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece, AskedReasoning, Turn } from '../asked.ts';
import { chunksOf } from '../chunks.ts';
import { refuse } from '../problem.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../read-json.ts';
import type { Frame, Reply, ReplyPart } from '../replied.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { ollamaRefusal } from './ollama-errors.ts';
import { contentFrame, silentFrame } from './sse-frame.ts';

/** Ollama's own `/api/chat`: lines of JSON, streamed by default. */
export const ollamaChat: Wire = {
  name: 'ollama-chat',
  streamType: 'application/x-ndjson',
  read: readOllamaChat,
  whole: (reply) => ({ ...head(reply), message: wholeMessage(reply.parts), ...tail(reply) }),
  stream: (reply) => [
    ...reply.parts.flatMap((part) => partFrames(reply, part)),
    silentFrame(line({ ...head(reply), message: { role: 'assistant', content: '' }, ...tail(reply) })),
  ],
  refusal: ollamaRefusal,
  streamError: () => line({ error: 'an error was encountered while running the model (simulated)' }),
  brokenFrame: '{"model":"sim","message":{"role":"assis\n',
  headers: () => ({}),
};

function readOllamaChat(body: JsonObject): Asked {
  const model = textOf(body['model']);
  if (!model) refuse('model is required');
  const options = objectOf(body['options']);
  const predicted = numberOf(options['num_predict']);
  const json = readFormat(body['format']);
  return {
    model,
    stream: body['stream'] !== false,
    turns: readMessages(listOf(body['messages']).map(objectOf)),
    tools: listOf(body['tools']).map(readTool),
    toolChoice: { kind: 'auto' },
    parallelTools: true,
    ...(json ? { json } : {}),
    ...(predicted === undefined || predicted < 0 ? {} : { maxTokens: predicted }),
    choices: 1,
    stop: typeof options['stop'] === 'string' ? [options['stop']] : listOf(options['stop']).map(textOf),
    reasoning: readThink(body['think']),
    usageInStream: true,
    holds: numberOf(options['num_ctx']) ?? defaultContext,
  };
}

/** Ollama's default context length; longer prompts are cut silently. */
export const defaultContext = 4_096;

/** Calls have no ids here: a result belongs to the earliest call of its tool without a result. */
function readMessages(messages: readonly JsonObject[]): Turn[] {
  const open: { id: string; name: string }[] = [];
  return messages.map((message, index): Turn => {
    const text = textOf(message['content']);
    if (message['role'] === 'tool') {
      const name = textOf(message['tool_name']) || textOf(message['name']);
      const at = Math.max(
        0,
        open.findIndex((call) => call.name === name),
      );
      const [call] = open.splice(at, 1);
      return { role: 'user', pieces: [{ kind: 'tool-result', id: call?.id ?? name, text, failed: false }] };
    }
    const calls = listOf(message['tool_calls']).map((value, position): Piece => {
      const called = objectOf(objectOf(value)['function']);
      const id = `call-${index}-${position}`;
      open.push({ id, name: textOf(called['name']) });
      return {
        kind: 'tool-call',
        id,
        name: textOf(called['name']),
        arguments: JSON.stringify(called['arguments'] ?? {}),
      };
    });
    const images = listOf(message['images']).map((data): Piece => ({
      kind: 'image',
      mediaType: 'image/*',
      base64: textOf(data),
    }));
    const thinking = textOf(message['thinking']);
    return {
      role: message['role'] === 'system' || message['role'] === 'assistant' ? message['role'] : 'user',
      pieces: [
        ...(thinking ? [{ kind: 'reasoning', text: thinking } as const] : []),
        ...(text ? [{ kind: 'text', text } as const] : []),
        ...images,
        ...calls,
      ],
    };
  });
}

function readTool(value: JsonValue): OfferedTool {
  const tool = objectOf(objectOf(value)['function']);
  return {
    name: textOf(tool['name']),
    description: textOf(tool['description']),
    schema: objectOf(tool['parameters']),
  };
}

function readFormat(format: JsonValue | undefined): Asked['json'] {
  if (format === 'json') return {};
  return isObject(format) ? { schema: format } : undefined;
}

function readThink(think: JsonValue | undefined): AskedReasoning {
  if (think === false) return 'off';
  if (think === 'low' || think === 'medium' || think === 'high') return think;
  return think === true ? 'medium' : 'model';
}

function head(reply: Reply): JsonObject {
  return { model: reply.model, created_at: new Date(reply.createdAt).toISOString() };
}

function tail({ finish, usage }: Reply): JsonObject {
  const [prompt, written] = [usage.input + usage.cacheRead, usage.output + usage.reasoning];
  return {
    done_reason: finish === 'length' ? 'length' : 'stop',
    done: true,
    total_duration: 2_000_000 * (prompt + written),
    load_duration: 1_000_000,
    prompt_eval_count: prompt,
    prompt_eval_duration: 500_000 * prompt,
    eval_count: written,
    eval_duration: 1_500_000 * written,
  };
}

function wholeMessage(parts: readonly ReplyPart[]): JsonObject {
  const textOfKind = (kind: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  const thinking = textOfKind('reasoning');
  const calls = parts.flatMap((part, index) => (part.kind === 'tool-call' ? [writeCall(part, index)] : []));
  return {
    role: 'assistant',
    content: textOfKind('text'),
    ...(thinking ? { thinking } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function writeCall(part: ReplyPart & { kind: 'tool-call' }, index: number): JsonObject {
  return { function: { index, name: part.name, arguments: part.arguments } };
}

function partFrames(reply: Reply, part: ReplyPart): Frame[] {
  const frame = (message: JsonObject, tokens: number): Frame =>
    contentFrame(
      line({ ...head(reply), message: { role: 'assistant', content: '', ...message }, done: false }),
      tokens,
    );
  switch (part.kind) {
    case 'text':
      return chunksOf(part.text).map((content) => frame({ content }, textTokens(content)));
    case 'reasoning':
      return chunksOf(part.text).map((thinking) => frame({ thinking }, textTokens(thinking)));
    case 'tool-call':
      return [frame({ tool_calls: [writeCall(part, 0)] }, 8 + textTokens(JSON.stringify(part.arguments)))];
  }
}

function line(data: JsonObject): string {
  return `${JSON.stringify(data)}\n`;
}
