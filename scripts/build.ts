import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packedExample, packedName } from './packed-example.ts';

/** Compiles `src` and the examples to `dist`, and copies files that are not TypeScript: pages and data. */
const root = join(import.meta.dirname, '..');
const [src, examples, dist] = [join(root, 'src'), join(root, 'examples'), join(root, 'dist')];

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync('tsc', ['-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (/\.(?:html|json|css|bin)$/.test(path)) cpSync(join(src, path), join(dist, path));
}
mkdirSync(join(dist, 'examples'));
for (const name of readdirSync(examples).filter((each) => !each.endsWith('.test.ts'))) {
  const source = readFileSync(join(examples, name), 'utf8');
  writeFileSync(join(dist, 'examples', packedName(name)), packedExample(source));
}
chmodSync(join(dist, 'surfaces/cli/bin.js'), 0o755);
