import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose, openLiveApp } from '../src/app.ts';
import { startGateway } from '../src/surfaces/http/gateway.ts';
import { tempFolder } from './temp-folder.ts';

const lab = (port: number) =>
  `providers: { lab: { dialect: openai-chat, baseUrl: "http://127.0.0.1:9/v1" } }\nserver: { port: ${port} }\n`;

test('the doctor says that a running gateway has refused the new configuration, and why', async (t) => {
  const home = tempFolder(t);
  const path = join(home, 'conclave.yaml');
  await writeFile(path, lab(0));
  const env = { CONCLAVE_HOME: home };
  const live = await openLiveApp({ env, cwd: home, configPath: path });
  const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await gateway.close();
    await live.close();
  });
  const config = { server: { port: Number(new URL(gateway.url).port) } };
  const portCheck = async () => {
    const { checks } = await diagnose({ env, cwd: home, config, simulate: true });
    return checks.find(({ name }) => name === 'port');
  };
  assert.match((await portCheck())?.found ?? '', /is served by a running Conclave/);

  await writeFile(path, `${lab(0)}sever: {}\n`);
  await live.reload();
  const check = await portCheck();
  assert.equal(check?.state, 'failed');
  assert.match(check?.found ?? '', /unknown key "sever"; did you mean "server"\?/);
});
