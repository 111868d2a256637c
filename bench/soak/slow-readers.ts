import { request, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFirehose } from './firehose.ts';
import { gatewayProcess, type GatewayProcess } from './gateway-process.ts';

/** The memory that the gateway's process uses for each stopped reader, in bytes. */
export async function slowReaders({ readers }: { readonly readers: number }): Promise<number> {
  const firehose = await startFirehose(16 * 2 ** 20);
  const gateway = await gatewayProcess({
    providers: { lab: { dialect: 'openai-chat', baseUrl: firehose.url, apiKey: 'key' } },
  });
  const open: ClientRequest[] = [];
  try {
    for (let warm = 0; warm < 20; warm += 1) (await stopReading(gateway, open)).destroy();
    const before = await gateway.heldBytes();
    await Promise.all(Array.from({ length: readers }, () => stopReading(gateway, open)));
    for (let sent = -1; sent !== firehose.sent(); await sleep(1_000)) sent = firehose.sent();
    return ((await gateway.heldBytes()) - before) / readers;
  } finally {
    for (const one of open) one.destroy();
    await gateway.stop();
    await firehose.close();
  }
}

/** Requests a stream and stops reading after its first bytes. */
function stopReading({ url, key }: GatewayProcess, open: ClientRequest[]): Promise<ClientRequest> {
  return new Promise((resolve) => {
    const asked = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    asked.on('error', () => undefined); // it is destroyed at the end
    asked.on('response', (response) => {
      response.on('error', () => undefined);
      response.once('data', () => {
        response.pause();
        resolve(asked);
      });
    });
    const messages = [{ role: 'user', content: 'Go on.' }];
    asked.end(JSON.stringify({ model: 'lab/soak', stream: true, messages }));
    open.push(asked);
  });
}
