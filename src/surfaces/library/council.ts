import { z } from 'zod';
import type { App } from '../../app.ts';
import type { Finding } from '../../core/finding.ts';
import type analyze from '../../tools/analyze.ts';
import type apilookup from '../../tools/apilookup.ts';
import type challenge from '../../tools/challenge.ts';
import type codereview from '../../tools/codereview.ts';
import type consensus from '../../tools/consensus.ts';
import type costs from '../../tools/costs.ts';
import type debug from '../../tools/debug.ts';
import type docgen from '../../tools/docgen.ts';
import type explain from '../../tools/explain.ts';
import type listmodels from '../../tools/listmodels.ts';
import type planner from '../../tools/planner.ts';
import type precommit from '../../tools/precommit.ts';
import type refactor from '../../tools/refactor.ts';
import type secaudit from '../../tools/secaudit.ts';
import type testgen from '../../tools/testgen.ts';
import type thinkdeep from '../../tools/thinkdeep.ts';
import type threads from '../../tools/threads.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import type verify from '../../tools/verify.ts';
import type tracer from '../../tools/tracer.ts';
import { ConclaveError } from '../../core/errors.ts';
import { runTool } from '../run-tool.ts';
import { guardProgress } from './guard-progress.ts';
import type { OpenCalls } from './open-calls.ts';
import { refuseUnknownOptions } from './refuse-unknown.ts';
import { abortSignal, readValues } from './read-values.ts';

export type ToolOptions = {
  /** Ends the provider calls of the run. */
  readonly signal?: AbortSignal;
  /** Receives progress, one line at a time. If it throws, it gets no further lines; the run is not affected. */
  readonly onProgress?: (message: string) => void;
};

/** A tool's input, as over MCP; members with a default may be left out. */
type Input<T> = T extends Tool<infer Schema> ? z.input<Schema> : never;

/** A tool's output; issues are whole findings. */
type Answer<T> = T extends Tool<z.ZodType, infer Schema> ? WithFindings<z.output<Schema>> : never;

type WithFindings<Data> = Data extends { issues: unknown }
  ? Omit<Data, 'issues'> & { readonly issues: readonly Finding[] }
  : Data;

type Method<T> = (input: Input<T>, options?: ToolOptions) => Promise<Answer<T>>;

/** Each tool as a function. Files and git are those of the working directory. All throw `ConclaveError`. */
export interface Council {
  /** Structure and risks of files, and `hotspots` that `codereview` takes as its focus. */
  readonly analyze: Method<typeof analyze>;
  /** Current API documentation, by a model whose provider searches the web. */
  readonly apilookup: Method<typeof apilookup>;
  /** Criticism of a statement instead of agreement. */
  readonly challenge: Method<typeof challenge>;
  /** An independent review of a diff, a git range or files (default: uncommitted changes), as `issues`. */
  readonly codereview: Method<typeof codereview>;
  /**
   * One question to several models that do not see each other's answers: issues by threshold, an answer, a vote or a
   * ranking.
   */
  readonly consensus: Method<typeof consensus>;
  /** Spending. */
  readonly costs: Method<typeof costs>;
  /** The root cause of a fault. */
  readonly debug: Method<typeof debug>;
  /** Documentation of each public symbol. */
  readonly docgen: Method<typeof docgen>;
  /** Why a call went to its model. */
  readonly explain: Method<typeof explain>;
  /** The available models. */
  readonly listmodels: Method<typeof listmodels>;
  /** A plan for a goal, in ordered, checkable steps. */
  readonly planner: Method<typeof planner>;
  /** A quick check of uncommitted changes, or of a diff, by an economical model. */
  readonly precommit: Method<typeof precommit>;
  /** Refactorings that keep behaviour, in a safe order. */
  readonly refactor: Method<typeof refactor>;
  /** A review for security only. */
  readonly secaudit: Method<typeof secaudit>;
  /** Tests for files. */
  readonly testgen: Method<typeof testgen>;
  /** A hard question, answered by the strongest model. */
  readonly thinkdeep: Method<typeof thinkdeep>;
  /** The threads that `continuation_id` continues. */
  readonly threads: Method<typeof threads>;
  /** The path of a call or a value through files. */
  readonly tracer: Method<typeof tracer>;
  /** A check of each claim of an answer by a family that did not write it. */
  readonly verify: Method<typeof verify>;
}

const toolOptions = z.object({
  signal: abortSignal.optional(),
  onProgress: z
    .custom<(message: string) => void>((value) => typeof value === 'function', 'expected a function')
    .default(() => () => undefined),
});

/** Tools that the library offers in another form, or not at all. */
const elsewhere = new Set(['chat', 'version']);

/** Returns a method for every tool of the app. */
export function council(app: App, calls: OpenCalls): Council {
  const methods = app.tools.all
    .filter(({ name }) => !elsewhere.has(name))
    .map((tool) => [tool.name, methodOf(app, calls, tool)] as const);
  // The interface above lists the tools by hand, so that each has its own description; a test compares the two.
  return Object.fromEntries(methods) as unknown as Council;
}

function methodOf(app: App, calls: OpenCalls, tool: Tool) {
  return async (input: unknown, options: unknown = {}): Promise<unknown> => {
    const { signal: caller, onProgress } = readToolOptions(tool.name, options);
    const progress = guardProgress(onProgress, app.log);
    return await calls.run(async (signal) => {
      const { data } = await runTool(app, tool, input, { surface: 'library', signal, progress });
      return data;
    }, caller);
  };
}

/** @throws ConclaveError `invalid_request` for an option that no tool has, or a value of another type. */
function readToolOptions(tool: string, options: unknown) {
  if (typeof options !== 'object' || options === null) {
    const message = `${tool}: the options are an object: { signal, onProgress }.`;
    throw new ConclaveError('invalid_request', message, { param: 'options' });
  }
  refuseUnknownOptions(tool, options, ['signal', 'onProgress']);
  return readValues(toolOptions, options);
}
