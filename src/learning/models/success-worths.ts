import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { SuccessWorth, SuccessWorths } from '../../core/routing/quality/quality-estimates.ts';
import type { TaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';

/** Success worths with their form in a snapshot. */
export type FoundWorths = SuccessWorths & { readonly file: JsonObject };

/** Average answer lengths: over all kinds of work, and per kind that was judged. */
type Lengths = {
  readonly any: Tokens;
  readonly at: Readonly<Partial<Record<TaskType, Tokens>>>;
};

/** Average answer lengths over all models, and of each judged one. */
export type UsualAnswers = Lengths & { readonly of?: Readonly<Record<string, Lengths>> };

/** Returns the usual length of a model's answers. */
export function usualAnswer(answers: UsualAnswers, task: TaskType | undefined, model: string): Tokens {
  const own = answers.of?.[model] ?? answers;
  return (task && own.at[task]) ?? own.any;
}

const format = 'conclave-success-worths';

/**
 * Reads the success worths of a snapshot.
 * @throws ConclaveError `configuration` if it is of another format.
 */
export function readSuccessWorths(file: unknown): FoundWorths {
  if (isJsonObject(file) && file['format'] === format) {
    const { models, bestSingle, prompts, steps, answers } = file;
    if (
      Array.isArray(models) &&
      models.every((model) => typeof model === 'string') &&
      typeof bestSingle === 'string' &&
      typeof prompts === 'number' &&
      Array.isArray(steps) &&
      steps.every(isStep) &&
      isUsualAnswers(answers)
    ) {
      return withFile({ models, bestSingle, prompts, steps, answers });
    }
  }
  throw new ConclaveError(
    'configuration',
    'What a success may cost cannot be read: it was written by another Conclave. `conclave router train` computes it again.',
  );
}

/** What a snapshot stores. */
export type StoredWorths = {
  readonly models: readonly string[];
  readonly bestSingle: string;
  readonly prompts: number;
  /** Sorted: more expensive steps keep more. */
  readonly steps: readonly SuccessWorth[];
  /** Set if the costs were computed with usual answer lengths instead of known ones. */
  readonly answers: UsualAnswers | undefined;
};

/** Creates the worths as used by routing, with their JSON for a snapshot. */
export function withFile({ models, bestSingle, prompts, steps, answers }: StoredWorths): FoundWorths {
  const judged = new Set(models);
  return {
    bestSingle,
    prompts,
    includes: (model) => judged.has(model),
    keeping: (share) => steps.find((step) => step.share >= share),
    answerTokens: (task, model) => answers && usualAnswer(answers, task, model),
    file: {
      format,
      models: [...models],
      bestSingle,
      prompts,
      steps: steps.map((step) => ({ ...step })),
      ...(answers && { answers: storedAnswers(answers) }),
    },
  };
}

function storedAnswers({ any, at, of = {} }: UsualAnswers): JsonObject {
  const models = Object.entries(of).map(([model, own]) => [model, { any: own.any, at: { ...own.at } }]);
  return { any, at: { ...at }, ...(models.length > 0 && { of: Object.fromEntries(models) }) };
}

function isUsualAnswers(value: JsonValue | undefined): value is UsualAnswers {
  if (!isJsonObject(value) || !isLengths(value)) return false;
  const of = value['of'] ?? {};
  return isJsonObject(of) && Object.values(of).every(isLengths);
}

function isLengths(value: JsonValue | undefined): boolean {
  return (
    isJsonObject(value) &&
    typeof value['any'] === 'number' &&
    isJsonObject(value['at']) &&
    Object.values(value['at']).every((tokens) => typeof tokens === 'number')
  );
}

function isStep(value: JsonValue): value is SuccessWorth {
  return (
    isJsonObject(value) && ['nanoUsd', 'share', 'costShare'].every((name) => typeof value[name] === 'number')
  );
}
