import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eras, httpClient } from '../support/mcp-clients.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('behind two workers a client works with either, and its disconnect reaches the provider', async (t) => {
  const home = tempFolder(t);
  const provider = await startSlowProvider(t, 60_000);
  const config = join(home, 'conclave.yaml');
  writeFileSync(config, provider.config);
  const gateway = await runGateway(['--workers', '2', '--config', config], { CONCLAVE_HOME: home });
  t.after(() => endProcess(gateway.process));
  for (const era of eras) {
    await t.test(era, async (own) => {
      const client = await httpClient(own, gateway, era);
      const calls = Array.from({ length: 8 }, (_, index) =>
        client.callTool({ name: 'chat', arguments: { prompt: `Call ${index}`, model: 'slow/one' } }),
      );
      await provider.arrivals(8);
      provider.answerAll();
      for (const answer of await Promise.all(calls)) assert.ok(!answer.isError, JSON.stringify(answer));
      assert.ok((await client.listTools()).tools.length > 10);

      const arrived = provider.arrival();
      const call = client.callTool({
        name: 'chat',
        arguments: { prompt: 'Never mind', model: 'slow/one' },
      });
      const { hungUp } = await arrived;
      await Promise.all([client.close(), assert.rejects(call)]);
      await hungUp;
    });
  }
});
