import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes every generated file, or with `--check` says which are stale and fails. A generator is one file in
 * `scripts/generators/` whose default export returns the files it owns, as paths from the repository's root.
 */
export type GeneratedFile = { readonly path: string; readonly text: string };
export type Generator = () => Promise<GeneratedFile[]> | GeneratedFile[];

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const name of readdirSync(join(root, 'scripts/generators')).sort()) {
  const module = (await import(join(root, 'scripts/generators', name))) as { default: Generator };
  for (const { path, text } of await module.default()) {
    if (read(path) === text) continue;
    if (check) stale.push(path);
    else {
      writeFileSync(join(root, path), text);
      console.log(`wrote ${path}`);
    }
  }
}
if (stale.length > 0) {
  console.error(
    `stale generated files, run "npm run generate":\n${stale.map((path) => `  ${path}`).join('\n')}`,
  );
  process.exitCode = 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
