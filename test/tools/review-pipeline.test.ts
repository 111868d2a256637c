import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { mcpClient } from '../support/mcp-client.ts';

type Stage = {
  readonly name: string;
  readonly models: readonly string[];
  readonly issues: number;
  readonly cost_nano_usd?: number;
  readonly skipped?: string;
};
type Data = {
  readonly issues: readonly { readonly file: string; readonly reportedBy: readonly string[] }[];
  readonly below_threshold: readonly unknown[];
  readonly stages: readonly Stage[];
  readonly cost_nano_usd: number;
  readonly frontier_nano_usd: number;
  readonly failed: readonly { readonly who: string }[];
};

const injection = `export async function find(db: Db, name: string) {
  return db.query("SELECT * FROM users WHERE name = '" + name + "'");
}
`;

async function changed(t: Parameters<typeof mcpClient>[0], files: Readonly<Record<string, string>>) {
  const harness = await mcpClient(t);
  execFileSync('git', ['init', '--quiet'], { cwd: harness.folder });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(harness.folder, path)), { recursive: true });
    writeFileSync(join(harness.folder, path), text);
  }
  return {
    ...harness,
    async review(args: Record<string, unknown>) {
      const result = await harness.client.callTool({
        name: 'codereview',
        arguments: { pipeline: true, ...args },
      });
      const [content] = result.content as { text: string }[];
      return {
        isError: result.isError === true,
        text: content?.text ?? '',
        data: result.structuredContent as Data,
      };
    },
  };
}

test('a harmless change needs one cheap scan, and the answer says why the other stages were skipped', async (t) => {
  const { review, asked } = await changed(t, {
    'src/sum.ts': 'export const sum = (a: number, b: number) => a + b;\n',
  });
  const { data, text } = await review({});
  assert.deepEqual(
    data.stages.map(({ name, skipped }) => [name, skipped]),
    [
      ['precommit', undefined],
      ['codereview', 'the quick scan found nothing'],
      ['consensus', 'no critical path was touched'],
    ],
    text,
  );
  assert.equal((await asked()).length, 1);
});

test("the scan's findings go to a stronger model, critical paths to a panel, and each stage reports its cost", async (t) => {
  const { review, asked } = await changed(t, { 'src/auth/find.ts': injection, 'src/list.ts': injection });
  const { data, text } = await review({});
  const [quick, close, panel] = data.stages;
  assert.ok(quick && close && panel, text);
  assert.ok(quick.issues > 0 && close.issues > 0);
  assert.equal(panel.skipped, undefined, text);
  assert.ok(panel.models.length >= 3);
  assert.equal(
    data.cost_nano_usd,
    data.stages.reduce((sum, { cost_nano_usd: cost = 0 }) => sum + cost, 0),
  );
  assert.ok(data.frontier_nano_usd > data.cost_nano_usd);
  assert.match(text, /Stages:\n- precommit: .*\$/);
  assert.match(text, /the same work on the best frontier model: \$/);
  const bodies = (await asked()).map(({ body }) => JSON.stringify(body));
  assert.match(bodies[1] ?? '', /confirm or refute each/, 'the close look is shown what the scan found');
  assert.ok(!bodies.at(-1)?.includes('src/list.ts |'), 'the panel sees only critical paths');
  const places = data.issues.map(({ file }) => file);
  assert.ok(places.includes('src/auth/find.ts'), text);
});

test('the caller sets the critical paths and the panel', async (t) => {
  const { review, asked } = await changed(t, { 'src/list.ts': 'export const list = [1, 2, 3];\n' });
  const named = await review({ critical_paths: ['src/**'], models: ['sonnet', 'gpt', 'gemini-pro'] });
  assert.equal(named.data.stages.at(-1)?.skipped, undefined, named.text);
  // The slowest may have been cancelled, but it was asked.
  const models = (await asked()).map(({ model }) => model);
  assert.ok(models.includes('gpt-6-sol'), models.join());
  const without = await review({ critical_paths: ['lib/**'] });
  assert.equal(without.data.stages.at(-1)?.skipped, 'no critical path was touched');
  const { isError, text } = await review({ pipeline: false, critical_paths: ['x'] });
  assert.ok(isError);
  assert.match(text, /"pipeline": true/);
});

test('a failed stage is reported, and the others still count', async (t) => {
  const { review } = await changed(t, { 'src/auth.ts': injection });
  const { data, text } = await review({ model: 'openai/gpt-6-sol!fault=500' });
  assert.deepEqual(data.failed.map(({ who }) => who).slice(0, 1), ['codereview'], text);
  assert.ok(data.issues.length > 0, text);
});

test('patterns for critical paths that take too long to match are refused before a model is asked', async (t) => {
  const { review, asked } = await changed(t, {});
  const path = `${'a/'.repeat(60)}c.ts`;
  const diff = `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+export const c = 1;\n`;
  const { isError, text } = await review({ diff, critical_paths: [`${'/**/a'.repeat(8)}/**/b`] });
  assert.ok(isError);
  assert.match(text, /"critical_paths" takes too long/);
  assert.deepEqual(await asked(), []);
});
