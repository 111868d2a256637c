import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';

export const bin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');

/** What every process of ours inherits: where programs are, and the code that earlier processes compiled. */
export const inherited = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache };

/** The environment of a command that has no provider keys and keeps its data in `home`. */
export function environment(home: string): NodeJS.ProcessEnv {
  return { ...inherited, HOME: home, CONCLAVE_HOME: home };
}

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs `conclave …` in a folder, with its data in a home folder of its own, and waits until it exits. */
export async function conclave(
  args: readonly string[],
  place: {
    readonly folder: string;
    readonly home: string;
    readonly input?: string | Buffer;
    /** Variables besides the usual ones. */
    readonly env?: NodeJS.ProcessEnv;
  },
): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: place.folder,
    env: { ...environment(place.home), ...place.env },
  });
  child.stdin.end(place.input ?? '');
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, stdout, stderr };
}
