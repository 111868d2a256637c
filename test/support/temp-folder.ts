import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Creates a folder with `files` in it and returns its real path; the folder is removed when the test ends. */
export function tempFolder(
  t: { after(clean: () => void): void },
  files: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  const folder = lastingFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
}

let folders: string | undefined;

/** Creates an empty folder and returns its real path; the folder is removed when this process ends, if it still exists. */
export function lastingFolder(): string {
  if (folders === undefined) {
    const created = realpathSync(mkdtempSync(join(tmpdir(), 'conclave-test-')));
    process.once('exit', () => rmSync(created, { recursive: true, force: true }));
    folders = created;
  }
  return mkdtempSync(join(folders, 'folder-'));
}

/** Writes files below a folder and creates the folders they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
