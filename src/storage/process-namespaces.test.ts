import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { withStore } from '../../test/support/each-backend.ts';

/** As in a container: its own processes, including process 1, under the name of the machine. */
const container = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const allowed = spawnSync('unshare', [...container, 'true']).status === 0;

test(
  'two containers on one machine do not presume each other dead, though both are process 1',
  { skip: allowed ? false : 'needs the right to make namespaces (unshare)' },
  (t) =>
    withStore(async (_, { address }) => {
      assert.equal(await inContainer(t, address, 'first'), 'found 0 orphans\n');
      assert.equal(await inContainer(t, address, 'second'), 'found 0 orphans\n');
    }),
);

/** A process with a running call until the test ends; resolves with the orphans it found at its start. */
async function inContainer(t: TestContext, address: string, id: string): Promise<string> {
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(import.meta.resolve('./sqlite/open-sqlite-store.ts'))});
    const { intent } = await import(${JSON.stringify(import.meta.resolve('../../test/support/ledger-samples.ts'))});
    const store = await openSqliteStore({ path: ${JSON.stringify(address)} });
    const orphans = await store.recoverOrphans();
    await store.ledger.open(intent({ id: '${id}', startedAt: Date.now() }), { unknownPrice: false });
    console.log('found ' + orphans + ' orphans');
    setInterval(() => {}, 1_000);`;
  const args = [...container, process.execPath, '--input-type=module', '--eval', script];
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [output] = await once(child.stdout, 'data');
  return String(output);
}
