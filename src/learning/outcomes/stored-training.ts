import { ConclaveError } from '../../core/errors.ts';
import { type PromptResidual, readPromptResidual } from '../models/prompt-residual.ts';
import { type FoundWorths, readSuccessWorths } from '../models/success-worths.ts';
import type { StoredHistory } from './stored-history.ts';

/** What a training found: how words shift chances, and what a success may cost. Absent parts are forgotten. */
export type Trained = {
  readonly residual?: PromptResidual | undefined;
  readonly worths?: FoundWorths | undefined;
};

/** What is used of a training, and its files as they are stored: one that cannot be read is kept and not used. */
export type StoredTraining = {
  readonly trained: Trained;
  readonly files: Pick<StoredHistory, 'residual' | 'worths'>;
};

/** Reads the stored files of a training; `warn` is called for each that is not used. */
export function readTraining(
  { residual, worths }: StoredHistory,
  warn: (message: string) => void,
): StoredTraining {
  const words = readable(residual, readPromptResidual, (why) =>
    warn(`what words add to the chances is ignored: ${why}`),
  );
  // The worth of a success was found together with the words of its time: without them it is not valid.
  const lacksWords = residual !== undefined && words === undefined;
  const found = readable(lacksWords ? undefined : worths, readSuccessWorths, (why) =>
    warn(`what a success may cost is ignored: ${why}`),
  );
  return { trained: { residual: words, worths: found }, files: filesOf(residual, worths) };
}

/** Returns the results of a training with the files that they are stored as. */
export function storedTraining(trained: Trained): StoredTraining {
  return { trained, files: filesOf(trained.residual?.file, trained.worths?.file) };
}

function filesOf(residual: unknown, worths: unknown): StoredTraining['files'] {
  return { ...(residual !== undefined && { residual }), ...(worths !== undefined && { worths }) };
}

function readable<T>(file: unknown, read: (file: unknown) => T, warn: (why: string) => void): T | undefined {
  if (file === undefined) return undefined;
  try {
    return read(file);
  } catch (error) {
    if (!(error instanceof ConclaveError)) throw error;
    warn(error.message);
    return undefined;
  }
}
