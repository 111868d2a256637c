import { spliceMembers } from '../../src/core/json/splice-members.ts';
import { parseJsonBody } from '../../src/transport/bodies/parse-json-body.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';
import { prompt } from '../workload.ts';

const chat = (promptBytes: number) =>
  prompt('openai-chat', { name: '', promptBytes, stream: false, requests: 1, warmup: 0, concurrency: 1 });

const bodies: Readonly<Record<string, string>> = {
  'chat, 2 KB': chat(2_048),
  'one long message, 1 MB': chat(1_048_576),
  '12,000 short messages, 1 MB': JSON.stringify({
    model: 'a',
    messages: Array.from({ length: 12_000 }, () => ({ role: 'user', content: 'x'.repeat(50) })),
  }),
  'JSON inside a message, 1 MB': JSON.stringify({
    model: 'a',
    messages: [
      {
        role: 'user',
        content: JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `n${id}` }))),
      },
    ],
  }),
  'every letter escaped, 1 MB':
    chat(1_048_576)
      .slice(0, 170_000)
      .replace(/quick|fox|dog/g, (word) =>
        [...word].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join(''),
      ) + '"}]}',
};

/** Reading a request's body and changing its model, compared with the platform's own parser. */
export function json({ rounds }: BenchOptions): Promise<Section> {
  const rows = Object.entries(bodies).map(([name, text]) => {
    const bytes = Buffer.from(text);
    const ways = [
      () => JSON.parse(bytes.toString()) as unknown,
      () => parseJsonBody(bytes),
      () => spliceMembers(bytes, [{ member: 'model', value: 'wire-model' }]),
      () => Buffer.from(JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), model: 'wire-model' })),
    ];
    return [name, String(bytes.length), ...microseconds(ways, rounds).map((value) => value.toFixed(1))];
  });
  return Promise.resolve({
    title: 'Reading and editing a JSON body',
    explanation: `Microseconds for one body, median of ${rounds} interleaved rounds.`,
    columns: ['', 'bytes', 'JSON.parse', 'parseJsonBody', 'spliceMembers', 'parse and stringify'],
    rows,
  });
}

function microseconds(ways: readonly (() => unknown)[], rounds: number): number[] {
  const samples: number[][] = ways.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const spent = timed(way);
      if (round >= 0) samples[index]?.push(spent);
    }
  }
  return samples.map(median);
}

function timed(way: () => unknown): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 60) {
    way();
    count++;
  }
  return ((performance.now() - start) * 1_000) / count;
}
