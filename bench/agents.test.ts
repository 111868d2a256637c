import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../test/support/temp-folder.ts';
import { until } from '../test/support/until.ts';
import { claudeCode } from './agents/claude-code.ts';

test('Ctrl-C ends the agent at work and leaves nothing behind', async (t) => {
  const temporary = tempFolder(t);
  const agentPid = join(tempFolder(t), 'pid');
  // In the place of npm: it installs an agent that hangs.
  const programs = tempFolder(t, {
    npm: `#!/bin/sh
program=${claudeCode.program('.')}
mkdir -p $(dirname $program)
printf '#!/bin/sh\\necho $$ > ${agentPid}\\nsleep 60\\n' > $program
chmod +x $program
`,
  });
  chmodSync(join(programs, 'npm'), 0o755);
  const bench = spawn(process.execPath, [join(import.meta.dirname, 'agents.ts')], {
    env: { PATH: `${programs}:${process.env['PATH']}`, TMPDIR: temporary },
    stdio: 'ignore',
    detached: true,
  });
  t.after(() => bench.kill('SIGKILL'));
  const ended = once(bench, 'exit');
  await until(() => existsSync(agentPid) || bench.exitCode !== null, 'the agent at work');
  assert.equal(readdirSync(temporary).length, 1);
  // A terminal sends it to the whole group.
  process.kill(-Number(bench.pid), 'SIGINT');
  assert.deepEqual(await ended, [1, null]);
  assert.deepEqual(readdirSync(temporary), []);
  assert.throws(() => process.kill(Number(readFileSync(agentPid, 'utf8')), 0), /ESRCH/);
});
