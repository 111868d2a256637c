import { readFile } from 'node:fs/promises';
import type { Ms } from '../core/units.ts';

/** How often the file is looked at. Asking the file works where notices do not: mounted volumes, swapped links. */
const everyMs: Ms = 500;

/**
 * Calls `onChange` when the content of the file has changed and has rested for one look, so that a file which is being
 * written is not read half. A file that is gone is waited for. Returns what ends it.
 */
export async function watchContent(path: string, onChange: () => void): Promise<() => void> {
  let used = await contentOf(path);
  let seen = used;
  const look = async () => {
    const now = await contentOf(path);
    const rests = now === seen;
    seen = now;
    if (!rests || now === used || now === undefined) return;
    used = now;
    onChange();
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}

function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
