import { readFile } from 'node:fs/promises';

/** One look after another at a file; how often is up to whoever looks. */
export interface ContentWatch {
  look(): Promise<void>;
  /** What the file says now is being taken up already: only another change is news. */
  taken(): Promise<void>;
}

/**
 * Calls `onChange` when the file no longer says what was `loaded` and has rested for one look, so that a file which is being
 * written is not read half. That it is gone, or cannot be read any more, is a change like others.
 * Reading the file works where notices do not: mounted volumes, swapped links.
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

/** What the file says, or why it says nothing, as one thing to compare. */
function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').then(says, ({ code }: NodeJS.ErrnoException) => `fails with ${code}`);
}

function says(text: string): string {
  return `says ${text}`;
}
