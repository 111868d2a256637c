import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';

const bin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
/** The folder of an installed Inspector: it includes the build tool of its web page, too large for every checkout. */
const installed = process.env['CONCLAVE_INSPECTOR'];
const skip =
  installed === undefined &&
  'CONCLAVE_INSPECTOR is not set: npm install @modelcontextprotocol/inspector somewhere, and name its folder';

test(
  "the Inspector's command line finds the schemas portable, and calls tools, over stdio and HTTP",
  { skip },
  async (t) => {
    const home = tempFolder(t);
    const { url, key } = await startTestGateway(t);
    const stdio = ['-e', `CONCLAVE_HOME=${home}`, '--cwd', home];
    const http = ['--transport', 'http', '--header', `Authorization: Bearer ${key}`];
    const targets = [
      [...stdio, process.execPath, bin, 'mcp', '--simulate'],
      [...http, '--', `${url}/mcp`],
    ];
    for (const target of targets) {
      const listed = await inspect('--method', 'tools/list', '--strict', ...target);
      assert.match(listed, /"name": "codereview"/);
      const args = ['--tool-arg', 'prompt=6 * 7?', '--tool-arg', 'model=haiku'];
      const answer = await inspect('--method', 'tools/call', '--tool-name', 'chat', ...args, ...target);
      assert.match(answer, /42/);
    }
  },
);

/** @throws AssertionError with the output if the exit code is not 0: `--strict` exits with 6 on a schema error. */
async function inspect(...args: readonly string[]): Promise<string> {
  const launcher = join(installed ?? '', 'clients/launcher/build/index.js');
  const child = spawn(process.execPath, [launcher, '--cli', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece));
  const [status] = (await once(child, 'close')) as [number];
  assert.equal(status, 0, output);
  return output;
}
