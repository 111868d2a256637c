import { readFile } from 'node:fs/promises';

/** Watches a file; the caller decides how often to look. */
export interface ContentWatch {
  look(): Promise<void>;
  /** Marks the current content as loaded: only another change is reported. */
  taken(): Promise<void>;
}

/**
 * Calls `onChange` when the file no longer has the `loaded` content and has been stable for one look, so that a file is
 * not read while it is being written. A missing or unreadable file is also a change. Reading the file works where file
 * notifications do not: mounted volumes, replaced links.
 */
export function watchContent(path: string, loaded: string, onChange: () => void): ContentWatch {
  let used = says(loaded);
  let seen = used;
  return {
    async look() {
      const now = await contentOf(path);
      const rests = now === seen;
      seen = now;
      if (!rests || now === used) return;
      used = now;
      onChange();
    },
    async taken() {
      used = await contentOf(path);
    },
  };
}

/** Returns the content of the file, or the reason why it cannot be read, as one value to compare. */
function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').then(says, ({ code }: NodeJS.ErrnoException) => `fails with ${code}`);
}

function says(text: string): string {
  return `says ${text}`;
}
