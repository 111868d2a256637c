import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import { defineTool } from './offer/tool.ts';

const input = z.strictObject({
  action: z.enum(['list', 'show', 'delete']).default('list'),
  continuation_id: z.string().min(1).optional(),
});

const output = z.object({
  threads: z.array(z.object({ id: z.string(), title: z.string(), turns: z.int(), expires_at: z.string() })),
  turns: z.array(z.object({ role: z.string(), text: z.string(), files: z.array(z.string()) })).optional(),
  deleted: z.boolean().optional(),
});

/** Lists, shows or deletes the caller's own threads. */
export default defineTool({
  name: 'threads',
  title: 'Threads',
  description: 'List, show or delete the threads that continuation_id continues.',
  input,
  output,
  readOnly: false,
  destructive: true,
  openWorld: false,
  async run({ action, continuation_id: id }, { threads, principal, now }) {
    const { keyId } = principal;
    if (action === 'list') {
      const listed = (await threads.list({ keyId, now: now(), limit: 100 })).map(
        ({ id, title, turns, expiresAt }) => ({
          id,
          title,
          turns,
          expires_at: new Date(expiresAt).toISOString(),
        }),
      );
      const lines = listed.map(({ id, title, turns }) => `${id} · ${turns} turns · ${title}`);
      return { text: lines.join('\n') || 'There are no threads.', data: { threads: listed } };
    }
    if (id === undefined) {
      throw new ConclaveError(
        'invalid_request',
        `threads: "${action}" needs a "continuation_id"; "list" shows them.`,
        {
          param: 'continuation_id',
        },
      );
    }
    if (action === 'delete') {
      if (!(await threads.remove(id, { keyId }))) throw unknownThread(id);
      return { text: `Deleted ${id}.`, data: { threads: [], deleted: true } };
    }
    const thread = await threads.read(id, { keyId, now: now() });
    if (!thread) throw unknownThread(id);
    const turns = thread.turns.map(({ role, text, files }) => ({
      role,
      text,
      files: files.map(({ path }) => path),
    }));
    const lines = turns.map(
      ({ role, text, files }) => `${role}${files.length > 0 ? ` (${files.join(', ')})` : ''}: ${text}`,
    );
    return { text: lines.join('\n\n'), data: { threads: [], turns } };
  },
});

function unknownThread(id: string): ConclaveError {
  return new ConclaveError(
    'not_found',
    `There is no thread ${JSON.stringify(id.slice(0, 80))} of this key.`,
    {
      param: 'continuation_id',
    },
  );
}
