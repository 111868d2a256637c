import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** The folder of the server's programs: Debian does not put them on the PATH. */
const programs = findPrograms();

/** Why a cluster cannot be started here; absent: it can be. */
export const postgresUnavailable = programs
  ? undefined
  : "needs PostgreSQL's server programs (Debian: apt install postgresql)";

let cluster: Promise<string> | undefined;

/** The URL of a new, empty schema in a temporary cluster that ends with this process. */
export async function createPostgresSchema(): Promise<string> {
  cluster ??= startCluster();
  const server = await cluster;
  const name = `test_${Math.random().toString(36).slice(2)}`;
  await executeInPostgres(server, `CREATE SCHEMA ${name}`);
  return `${server}&options=${encodeURIComponent(`-c search_path=${name}`)}`;
}

export async function dropPostgresSchema(url: string): Promise<void> {
  const [, name] = new URL(url).searchParams.get('options')?.split('=') ?? [];
  await executeInPostgres(url, `DROP SCHEMA ${name} CASCADE`);
}

async function startCluster(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-pg-'));
  const owner = unprivilegedUser();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(programs ?? '', 'initdb'),
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
    { cwd: folder, encoding: 'utf8', ...owner },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error ?? ''}`);

  // Both shells outlive this process, however it dies: one just long enough to stop the server, the other to remove its
  // files once that has ended, which the server's user may not do in every folder.
  const cleaner = spawn('sh', ['-c', 'cat > /dev/null; rm -rf "$0"', folder], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const script = '"$0" "$@" & read -r nothing; kill -QUIT $!; wait $!';
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const server = spawn('sh', ['-c', script, join(programs ?? '', 'postgres'), ...options], {
    cwd: folder,
    stdio: ['pipe', cleaner.stdin, 'ignore'],
    detached: true,
    ...owner,
  });
  cleaner.stdin.destroy();
  cleaner.unref();
  server.unref();
  // A pipe is a socket; its type does not declare `unref`.
  if ('unref' in server.stdin && typeof server.stdin.unref === 'function') server.stdin.unref();
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  for (let tries = 0; ; tries += 1) {
    try {
      await executeInPostgres(url, 'SELECT 1');
      return url;
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(50);
    }
  }
}

export async function executeInPostgres(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The server refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string) =>
    Number(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout || 65_534);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(root, version, 'bin')),
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}
