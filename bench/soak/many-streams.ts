import { gatewayProcess } from './gateway-process.ts';
import { httpClient } from './http-client.ts';
import { startPacedUpstream, type Pace } from './paced-upstream.ts';

export type ManyStreams = {
  readonly exact: number;
  /** The most concurrently open streams, as seen by the provider. */
  readonly together: number;
  readonly peakRssBytes: number;
};

/** Opens the given number of streams at once through one gateway process and compares every byte received. */
export async function manyStreams({
  streams,
  ...pace
}: Pace & { readonly streams: number }): Promise<ManyStreams> {
  const upstream = await startPacedUpstream({ ...pace, together: streams });
  const gateway = await gatewayProcess({
    providers: { lab: { dialect: 'openai-chat', baseUrl: upstream.url, apiKey: 'key' } },
  });
  const client = httpClient(gateway);
  try {
    const body = {
      model: 'lab/soak',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Count.' }],
    };
    const replies = await Promise.all(
      Array.from({ length: streams }, () => client.post('/v1/chat/completions', body)),
    );
    const exact = replies.filter(({ ended, body: bytes }) => ended && bytes.equals(upstream.stream)).length;
    return { exact, together: upstream.maxOpen(), peakRssBytes: await gateway.peakRssBytes() };
  } finally {
    client.close();
    await gateway.stop();
    await upstream.close();
  }
}
