// What a provider in OpenAI's chat format answers.

const head = { id: 'chatcmpl-1', created: 1, model: 'm' };

/** A whole answer: a text, or the members of its message. */
export function completion(
  message: string | object = 'Hello.',
  { finish = 'stop', ...more }: { readonly finish?: string; readonly [member: string]: unknown } = {},
) {
  const members = typeof message === 'string' ? { content: message } : message;
  return {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...members }, finish_reason: finish }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...more,
  };
}

/** An event of a streamed answer: a text, or the members of its delta. The last one has a finish reason. */
export function chunk(delta: string | object, finish: string | null = null, more: object = {}): string {
  const members = typeof delta === 'string' ? { content: delta } : delta;
  return chunkOf({ choices: [{ index: 0, delta: members, finish_reason: finish }], ...more });
}

/** An event of a streamed answer, with these members. */
export function chunkOf(members: object): string {
  return `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...members })}\n\n`;
}

/** The last event of a stream. */
export const streamEnd = 'data: [DONE]\n\n';

/** A whole stream of one piece of text. */
export function streamOf(text: string): string {
  return `${chunk({ role: 'assistant', content: text })}${chunk({}, 'stop')}${streamEnd}`;
}
