/** The load sent through every proxy: a 2 KB completion, a stream of 200 events, and prompts of 2 KB and 1 MB. */

const sentence = 'The quick brown fox jumps over the lazy dog, again and again. ';

export const completion = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'bench-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: sentence.repeat(28) },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  usage: { prompt_tokens: 500, completion_tokens: 400, total_tokens: 900 },
});

export const streamEvents: readonly string[] = Array.from({ length: 200 }, (_, index) => {
  const chunk = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'bench-model',
    choices: [
      { index: 0, delta: { content: ` word${index}` }, finish_reason: index === 198 ? 'stop' : null },
    ],
  };
  return index === 199 ? 'data: [DONE]\n\n' : `data: ${JSON.stringify(chunk)}\n\n`;
});

/** The API that the callers of a bench use. */
export type ClientApi = 'openai-chat' | 'anthropic-messages';

/** The request of a scenario; the same text in either API. */
export function prompt(api: ClientApi, { promptBytes, stream }: Scenario): string {
  const text = sentence.repeat(Math.ceil(promptBytes / sentence.length)).slice(0, promptBytes - 160);
  const user = { role: 'user', content: text };
  const system = 'You are a helpful assistant.';
  const model = 'bench/bench-model';
  return JSON.stringify(
    api === 'openai-chat'
      ? { model, stream, messages: [{ role: 'system', content: system }, user] }
      : { model, stream, max_tokens: 1_000, system, messages: [user] },
  );
}

export type Scenario = {
  readonly name: string;
  readonly stream: boolean;
  readonly promptBytes: number;
  readonly requests: number;
  /** Warm-up requests: V8 still compiles after forty thousand calls. */
  readonly warmup: number;
  readonly concurrency: number;
  /** Requests per second, independent of earlier replies; absent: each request follows the previous reply. */
  readonly rate?: number;
};

/** Sized so that one round takes about a second. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'whole, 2 KB',
    stream: false,
    promptBytes: 2_048,
    requests: 3_000,
    warmup: 60_000,
    concurrency: 16,
  },
  { name: 'stream of 200', stream: true, promptBytes: 2_048, requests: 60, warmup: 240, concurrency: 30 },
  {
    name: 'whole, 1 MB prompt',
    stream: false,
    promptBytes: 1_048_576,
    requests: 80,
    warmup: 320,
    concurrency: 4,
  },
];

/** What a service in use sees: requests come when they come. */
export const steady: Scenario = {
  name: '200 requests/s',
  stream: false,
  promptBytes: 2_048,
  requests: 1_000,
  warmup: 1_000,
  concurrency: 200,
  rate: 200,
};
