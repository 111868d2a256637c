import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { ConclaveError } from '../../core/errors.ts';
import { systemErrorCode } from '../../core/system/system-error-code.ts';
import type { Ms } from '../../core/units.ts';
import { findPipe } from './find-pipe.ts';

export type GitOptions = {
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** If the command takes longer, it is killed. Default 2 minutes. */
  readonly timeoutMs?: Ms;
  /** If the output exceeds this, the command is killed. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Returns this many bytes of a longer output, and kills the command then. */
  readonly onlyFirst?: number;
  /** What git reads from its standard input. */
  readonly input?: string | Uint8Array;
  /** Receives the output, whatever its size, instead of the result. */
  readonly take?: (piece: Buffer) => void;
  /** The index file that git passed to a hook, if it is not the repository's own. */
  readonly indexFile?: string;
  /** Settings that override all configuration files, by name and value. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
};

export type GitResult = { readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string };

/**
 * Runs git to read a repository that may be hostile: no shell, no pager, no hooks, no network, and nothing that the
 * repository's own configuration could start. Arguments from outside must be object ids or come after `--`.
 * @throws ConclaveError `configuration` without git, `request_too_large` and `request_timeout` above the limits,
 * `cancelled`, `invalid_request` for arguments that the system does not pass on.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const {
    cwd,
    signal,
    input,
    take,
    timeoutMs = 120_000,
    maxBytes = 64 * 1024 * 1024,
    onlyFirst = Infinity,
  } = options;
  return await new Promise((resolve, reject) => {
    const child = start(args, options);
    // Git may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const output: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let isLate = false;
    child.stdout.on('data', (piece: Buffer) => {
      if (take) return take(piece);
      size += piece.length;
      if (size <= maxBytes) output.push(piece);
      if (size > Math.min(maxBytes, onlyFirst)) child.kill('SIGKILL');
    });
    child.stderr.on('data', (piece: Buffer) => {
      if (stderr.length < 4_000) stderr += piece.toString();
    });
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
      // A process that waits for a dead network drive does not end even then: it must not keep this one alive.
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      void tookTooLong(args, { cwd, timeoutMs }).then(reject, reject);
    }, timeoutMs);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(startFailure(cause, signal));
    });
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      if (isLate) return;
      if (exitCode === notFound) return reject(startFailure(new Error(stderr), signal));
      if (exitCode === died && outOfMemory.test(stderr)) return reject(tookTooMuchMemory(args));
      if (size > maxBytes && onlyFirst === Infinity) reject(tooMuch(args, maxBytes));
      else resolve({ exitCode: exitCode ?? -1, stdout: Buffer.concat(output), stderr });
    });
  });
}

function start(args: readonly string[], options: GitOptions): ChildProcessWithoutNullStreams {
  const { cwd, signal } = options;
  const [program, ...before] = boundedGit;
  try {
    return spawn(program, [...before, ...switches, ...args], {
      cwd,
      env: gitEnvironment(options),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal ? { signal, killSignal: 'SIGKILL' } : {}),
    });
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code !== 'E2BIG' && code !== 'ERR_INVALID_ARG_VALUE') throw cause;
    const message = `git ${args[0]} cannot be given these names: they are too long, or one holds a zero byte; name fewer files, or a folder.`;
    throw new ConclaveError('invalid_request', message, { cause });
  }
}

/**
 * Returns git's output as text.
 * @throws ConclaveError `invalid_request` with git's error message if it fails.
 */
export async function gitText(args: readonly string[], options: GitOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(args, options);
  if (exitCode === 0) return stdout.toString();
  const says = stderr.trim().split('\n')[0] ?? '';
  throw new ConclaveError('invalid_request', `git ${args[0]} failed: ${says || `exit code ${exitCode}`}`);
}

/** Whether every system can pass this on to git as an argument. No path and no name of a commit is longer. */
export function isArgument(text: string): boolean {
  return !text.includes('\0') && Buffer.byteLength(text) <= longestArgument;
}

/** In bytes. Windows takes as many characters; Linux takes 128 KiB. */
const longestArgument = 32_000;

/** Splits a list that git separates with zero bytes, which no name can contain. */
export function zeroSeparated(text: string): string[] {
  return text.split('\0').filter((entry) => entry !== '');
}

/** What git may allocate. The packs of large repositories do not count: it only maps them. */
const mostMiB = 1_024;

/**
 * Git reads some files whole without looking whether they have an end. Linux keeps to this limit, macOS
 * does not, and Windows has none. A lower one that is set already stays.
 */
const boundedGit: readonly [program: string, ...args: string[]] =
  process.platform === 'win32'
    ? ['git']
    : ['/bin/sh', '-c', `ulimit -d ${mostMiB * 1_024} 2>/dev/null || :; exec git "$@"`, 'sh'];

/** How the shell ends without the program, and git after a fatal error. */
const notFound = 127;
const died = 128;
const outOfMemory = /^fatal: out of memory/imu;

const switches = ['--no-pager', '--no-optional-locks', '--literal-pathspecs'];

const harmlessSettings: NonNullable<GitOptions['settings']> = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.untrackedCache', 'false'],
  ['core.quotePath', 'false'],
  // A partial clone would fetch missing objects with whatever command its configuration names.
  ['protocol.allow', 'never'],
  ['log.showSignature', 'false'],
  ['diff.orderFile', '/dev/null'],
  ['submodule.recurse', 'false'],
  // A folder that is laid out like a `.git`, and could be cloned like that, is not one.
  ['safe.bareRepository', 'explicit'],
];

/**
 * Passes on only what git needs to find itself and the user's settings: nothing that redirects it or starts a program.
 */
function gitEnvironment({ indexFile, settings = [] }: GitOptions): NodeJS.ProcessEnv {
  const inherited = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SYSTEMROOT', 'TMPDIR', 'TEMP'];
  const all = [...harmlessSettings, ...settings];
  return {
    ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    // Not `-c name=value`: a filter's name may contain an equals sign.
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(all.map(([name], at) => [`GIT_CONFIG_KEY_${at}`, name])),
    ...Object.fromEntries(all.map(([, value], at) => [`GIT_CONFIG_VALUE_${at}`, value])),
    ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
  };
}

function startFailure(cause: Error, signal: AbortSignal | undefined): ConclaveError {
  if (signal?.aborted) return new ConclaveError('cancelled', 'The call was cancelled.', { cause });
  return new ConclaveError('configuration', 'git cannot be started; install it, or pass the diff as text.', {
    cause,
  });
}

function tooMuch(args: readonly string[], maxBytes: number): ConclaveError {
  const limit = Math.round(maxBytes / 1024 / 1024);
  return new ConclaveError(
    'request_too_large',
    `git ${args[0]} writes more than ${limit} MiB; name fewer files or a smaller range.`,
  );
}

function tookTooMuchMemory([command]: readonly string[]): ConclaveError {
  return new ConclaveError(
    'request_too_large',
    `git ${command} needs more than ${mostMiB} MiB of memory and was stopped: a file that it reads may have no end, such as a device that a link in .git leads to. For a large repository, name fewer files or a smaller range.`,
  );
}

/** Git reads some files without looking whether they are files; opening a named pipe waits for a program that writes. */
async function tookTooLong(
  args: readonly string[],
  { cwd, timeoutMs }: { readonly cwd: string; readonly timeoutMs: Ms },
): Promise<ConclaveError> {
  const pipe = await findPipe(cwd);
  const why =
    pipe === undefined
      ? `run \`git -C ${cwd} ${args[0]}\` to see whether it ends; it may wait for a slow disk, or at a named pipe that a setting names. For a large repository, name fewer files or a smaller range`
      : `${pipe} is a named pipe, at which git waits for ever; remove it`;
  return new ConclaveError(
    'request_timeout',
    `git ${args[0]} did not end within ${timeoutMs / 1000} s and was stopped: ${why}.`,
  );
}
