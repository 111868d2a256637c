import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { readStoredJson } from '../../core/json/read-stored.ts';
import type { Thread, ThreadFile, ThreadStore, ThreadSummary, ThreadTurn } from '../../core/stores/thread.ts';
import type { SqlRow, SqlRunner, SqlStatement } from '../sql/sql-runner.ts';

/** Opens the store of threads. */
export function openThreadStore(sql: SqlRunner): ThreadStore {
  return {
    async append(thread, turns) {
      const changed = await sql.write([
        // First, so that two concurrent additions to one thread run one after the other.
        upsertThread(thread),
        ...turns.flatMap(({ files }) => files.map((file) => insertText(thread, file))),
        ...turns.map((turn) => insertTurn(thread, turn)),
      ]);
      if (changed === 0) throw new ConclaveError('not_found', `There is no thread ${thread.id}.`);
    },
    async read(id, { keyId, now }) {
      const [row] = await sql.all({
        sql: 'SELECT * FROM threads WHERE id = ? AND key_id = ? AND expires_at > ?',
        values: [id, keyId, now],
      });
      if (!row) return undefined;
      const texts = await sql.all({
        sql: 'SELECT hash, text FROM thread_texts WHERE thread_id = ?',
        values: [id],
      });
      const textOf = new Map(texts.map((text) => [String(text['hash']), String(text['text'])]));
      const turns = await sql.all({
        sql: 'SELECT * FROM thread_turns WHERE thread_id = ? ORDER BY position',
        values: [id],
      });
      return { ...threadFromRow(row), turns: turns.map((turn) => turnFromRow(turn, { id, textOf })) };
    },
    async list({ keyId, now, limit }) {
      const rows = await sql.all({
        sql: `SELECT threads.*, (SELECT count(*) FROM thread_turns WHERE thread_id = threads.id) AS turns
          FROM threads WHERE key_id = ? AND expires_at > ? ORDER BY updated_at DESC, id DESC LIMIT ?`,
        values: [keyId, now, limit],
      });
      return rows.map((row): ThreadSummary => ({ ...threadFromRow(row), turns: Number(row['turns']) }));
    },
    async remove(id, { keyId }) {
      const own = 'thread_id IN (SELECT id FROM threads WHERE id = ? AND key_id = ?)';
      const changed = await sql.write([
        { sql: `DELETE FROM thread_turns WHERE ${own}`, values: [id, keyId] },
        { sql: `DELETE FROM thread_texts WHERE ${own}`, values: [id, keyId] },
        { sql: 'DELETE FROM threads WHERE id = ? AND key_id = ?', values: [id, keyId] },
      ]);
      return changed > 0;
    },
    async removeExpired(now) {
      const expired = await sql.all({
        sql: 'SELECT id FROM threads WHERE expires_at <= ? LIMIT 500',
        values: [now],
      });
      for (const row of expired) {
        const id = String(row['id']);
        // A thread that was continued in the meantime stays.
        const dead = 'thread_id IN (SELECT id FROM threads WHERE id = ? AND expires_at <= ?)';
        await sql.write([
          { sql: `DELETE FROM thread_turns WHERE ${dead}`, values: [id, now] },
          { sql: `DELETE FROM thread_texts WHERE ${dead}`, values: [id, now] },
          { sql: 'DELETE FROM threads WHERE id = ? AND expires_at <= ?', values: [id, now] },
        ]);
      }
      return expired.length;
    },
  };
}

function upsertThread(thread: Omit<Thread, 'turns'>): SqlStatement {
  const { id, keyId, title, model, localOnly, createdAt, updatedAt, expiresAt } = thread;
  return {
    sql: `INSERT INTO threads (id, key_id, title, model, local_only, created_at, updated_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET model = excluded.model, updated_at = excluded.updated_at,
        local_only = coalesce(excluded.local_only, threads.local_only),
        expires_at = excluded.expires_at WHERE threads.key_id = excluded.key_id`,
    values: [
      id,
      keyId,
      storable(title),
      model ?? null,
      localOnly ? 1 : null,
      createdAt,
      updatedAt,
      expiresAt,
    ],
  };
}

/** A row is only added to a thread of the same key. */
const owned = 'FROM threads WHERE id = ? AND key_id = ?';

type Owned = Pick<Thread, 'id' | 'keyId'>;

function insertText({ id, keyId }: Owned, { text }: ThreadFile): SqlStatement {
  return {
    sql: `INSERT INTO thread_texts (thread_id, hash, text) SELECT id, ?, ? ${owned}
      ON CONFLICT (thread_id, hash) DO NOTHING`,
    values: [hashOf(text), storable(text), id, keyId],
  };
}

function insertTurn({ id, keyId }: Owned, turn: ThreadTurn): SqlStatement {
  const files = turn.files.map(({ path, text }) => ({ path, hash: hashOf(text) }));
  return {
    sql: `INSERT INTO thread_turns (thread_id, position, role, text, files, at, tool, model, request_id)
      SELECT id, (SELECT coalesce(max(position), 0) + 1 FROM thread_turns WHERE thread_id = threads.id),
        ?, ?, ?, CAST(? AS bigint), ?, ?, ? ${owned}`,
    values: [
      turn.role,
      storable(turn.text),
      JSON.stringify(files),
      turn.at,
      turn.tool ?? null,
      turn.model ?? null,
      turn.requestId ?? null,
      id,
      keyId,
    ],
  };
}

function threadFromRow(row: SqlRow): Omit<Thread, 'turns'> {
  return {
    id: String(row['id']),
    keyId: String(row['key_id']),
    title: String(row['title']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    expiresAt: Number(row['expires_at']),
    ...(row['model'] !== null && { model: String(row['model']) }),
    ...(row['local_only'] !== null && { localOnly: true }),
  };
}

/** The texts of a thread's files, by hash. */
type Texts = { readonly id: string; readonly textOf: ReadonlyMap<string, string> };

function turnFromRow(row: SqlRow, texts: Texts): ThreadTurn {
  return {
    role: row['role'] === 'assistant' ? 'assistant' : 'user',
    text: String(row['text']),
    files: filesFromJson(String(row['files']), texts),
    at: Number(row['at']),
    ...(row['tool'] !== null && { tool: String(row['tool']) }),
    ...(row['model'] !== null && { model: String(row['model']) }),
    ...(row['request_id'] !== null && { requestId: String(row['request_id']) }),
  };
}

/** @throws ConclaveError `internal`: a model must not go on without files that it has seen. */
function filesFromJson(json: string, { id, textOf }: Texts): ThreadFile[] {
  const read = readStoredJson(storedFiles, json);
  if (!read.ok) throw damagedThread(id, `the list of a turn's files cannot be read (${read.why})`);
  return read.value.map(({ path, hash }) => {
    const text = textOf.get(hash);
    if (text === undefined) throw damagedThread(id, `the text of the file ${path} is missing`);
    return { path, text };
  });
}

const storedFiles = z.array(z.object({ path: z.string(), hash: z.string() }));

function damagedThread(id: string, why: string): ConclaveError {
  return new ConclaveError('internal', `The thread ${id} is damaged: ${why}. Begin a new one.`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** PostgreSQL's text cannot hold a zero byte. */
function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{FFFD}') : text;
}
