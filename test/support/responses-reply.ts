/** A whole answer in OpenAI's Responses format: a text, or its output items. */
export function responseOf(
  output: string | readonly object[] = 'Hello.',
  { id = 'resp_1', ...more }: { readonly id?: string; readonly [member: string]: unknown } = {},
) {
  return {
    id,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: typeof output === 'string' ? [messageItem(output)] : output,
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    ...more,
  };
}

/** The output item of a text. */
export function messageItem(text = 'Hello.') {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
}
