import { shownNames } from '../../core/names/shown-names.ts';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { Tokens } from '../../core/units.ts';
import { collectFiles, type Collected, type FileInput } from '../../files/collect-files.ts';
import { openRepository } from '../../files/git/open-repository.ts';
import type { LeftOut } from '../../files/left-out.ts';
import { collectMentioned } from '../../files/mentioned-files.ts';
import type { ToolContext } from '../offer/tool.ts';

/** What a tool reads if the caller names no files: the files that the question mentions, or else the project. */
export type ReadsItself = 'mentioned' | 'project';

export type FilesToRead = {
  readonly files: readonly FileInput[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
  /** The most tokens of the files that are sent. */
  readonly maxTokens?: Tokens;
};

/** Files that the caller did not name may add at most this many tokens to a prompt. */
const maxTokens: Tokens = 48_000;
/** A whole project is read for an overview, not for a search. */
const projectLimits = { maxFiles: 400, limits: { maxBytes: 256 * 1024 } };

/** Chooses the files for a tool to read, and reports the choice in a warning. */
export async function filesToRead(
  reads: ReadsItself,
  { prompt, continued }: { readonly prompt: string; readonly continued: boolean },
  { roots, signal, progress }: Pick<ToolContext, 'roots' | 'signal' | 'progress'>,
): Promise<FilesToRead> {
  const mentioned = await collectMentioned(roots, prompt, { signal });
  if (mentioned.files.length > 0) return chosen(mentioned, 'those that the question mentions');
  const nothing = { files: [], leftOut: mentioned.leftOut, warnings: [] };
  // A thread has already shown its files, and a question that quotes code is about that code.
  if (reads === 'mentioned' || continued || holdsCode(prompt)) return nothing;
  progress('no files were named: reading the project');
  const project = await projectIn(roots, signal);
  if (project === undefined || project.files.length === 0) {
    const warning =
      'No files were named and there is no git repository to read: the model saw the question alone.';
    return { ...nothing, warnings: [warning] };
  }
  return chosen(project, `those of this repository, as far as ${maxTokens} tokens reach,`);
}

function chosen({ files, leftOut }: Collected, which: string): FilesToRead {
  const names = files.map((file) => file.path);
  const warnings = [`No files were named, so ${which} were read: ${shownNames(names, 5)}.`];
  return { files, leftOut, maxTokens, warnings };
}

/** Only repositories: if the server was started in a home folder, that folder must not be sent. */
async function projectIn(roots: ToolContext['roots'], signal: AbortSignal): Promise<Collected | undefined> {
  const repositories: string[] = [];
  for (const folder of roots.base === undefined ? roots.folders : [roots.base]) {
    const repository = await openRepository(roots, { folder, signal }).catch((thrown: unknown) => {
      if (asConclaveError(thrown).code === 'request_timeout') throw thrown;
      return undefined;
    });
    if (repository) repositories.push(folder);
  }
  throwIfAborted(signal);
  return repositories.length === 0
    ? undefined
    : collectFiles(roots, repositories, { ...projectLimits, signal });
}

function holdsCode(prompt: string): boolean {
  return /^ {0,3}(?:```|~~~)|^(?:diff --git |@@ -)/m.test(prompt);
}
