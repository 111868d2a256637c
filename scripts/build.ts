import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles `src` to `dist` and copies files that are not TypeScript: pages and data. */
const root = join(import.meta.dirname, '..');
const [src, dist] = [join(root, 'src'), join(root, 'dist')];

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync('tsc', ['-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (/\.(?:html|json|css|bin)$/.test(path)) cpSync(join(src, path), join(dist, path));
}
chmodSync(join(dist, 'surfaces/cli/bin.js'), 0o755);
