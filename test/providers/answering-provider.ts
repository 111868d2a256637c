import type { ServerResponse } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

/** What a model of this provider answers to a prompt; a number is the HTTP status of a failure. */
export type Says = (model: string, body: Asked) => string | number;

/** Sends a word and closes the connection in mid-stream. */
export const cutOff = '(cut off)';

/** Accepts the request and never answers. */
export const silence = '(silence)';

/** Asks the caller to retry after nine seconds. */
export const askLater = '(ask later)';

/** Calls a tool and returns no text. */
export const calling = (name: string, args: object): string => `(calls ${name}) ${JSON.stringify(args)}`;

export type Asked = {
  readonly model: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
};

export type AnsweringProvider = { readonly url: string; readonly asked: Asked[] };

/**
 * A server of OpenAI's chat dialect with scripted answers. Usage is 1,000 input tokens and, if a model's length is not
 * given, 100 output tokens; an answer longer than the limit is truncated.
 */
export async function startAnsweringProvider(
  t: Cleanup,
  says: Says,
  lengthOf: (model: string) => number = () => 100,
): Promise<AnsweringProvider> {
  const asked: Asked[] = [];
  const origin = await startLocalServer(t, async (request, response) => {
    // Local servers are asked which models they have; the test's configuration lists them.
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [] }));
      return;
    }
    const body = JSON.parse(await readText(request)) as Asked; // our own gateway wrote it
    asked.push(body);
    reply(response, body, { said: says(body.model, body), length: lengthOf(body.model) });
  });
  return { url: `${origin}/v1`, asked };
}

type Answer = { readonly said: string | number; readonly length: number };

function reply(response: ServerResponse, asked: Asked, { said, length }: Answer): void {
  const { model, stream = false } = asked;
  const usage = { prompt_tokens: 1000, completion_tokens: length, total_tokens: 1000 + length };
  if (said === silence) return;
  if (typeof said === 'number' || said === askLater) {
    const failure = said === askLater ? 429 : said;
    response.writeHead(failure, {
      'content-type': 'application/json',
      ...(said === askLater && { 'retry-after': '9' }),
    });
    response.end(JSON.stringify({ error: { message: 'as the test wants it', type: 'server_error' } }));
    return;
  }
  const head = { id: 'chatcmpl-1', created: 1, model };
  const limit = asked.max_completion_tokens ?? asked.max_tokens ?? Infinity;
  const all = said.split(/(?<= )/);
  const words = all.slice(0, limit);
  const finish = words.length < all.length ? 'length' : 'stop';
  const [, name, args] = /^\(calls (\w+)\) (.*)$/.exec(said) ?? [];
  if (name !== undefined) {
    const called = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: args } };
    const message = { role: 'assistant', content: null, tool_calls: [called] };
    const choice = { index: 0, finish_reason: 'tool_calls', ...(stream ? { delta: message } : { message }) };
    const object = stream ? 'chat.completion.chunk' : 'chat.completion';
    const body = JSON.stringify({ ...head, object, choices: [choice], usage });
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
    response.end(stream ? `data: ${body}\n\ndata: [DONE]\n\n` : body);
    return;
  }
  if (!stream) {
    const choice = {
      index: 0,
      message: { role: 'assistant', content: words.join('') },
      finish_reason: finish,
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [choice], usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value: object) =>
    response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...value })}\n\n`);
  if (said === cutOff) {
    event({ choices: [{ index: 0, delta: { content: 'Well' }, finish_reason: null }] });
    response.write('', () => response.destroy());
    return;
  }
  for (const word of words) event({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
  event({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  event({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}
