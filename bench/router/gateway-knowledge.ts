import { readFileSync } from 'node:fs';
import type { Classification } from '../../src/core/routing/request/classification.ts';
import type { Model } from '../../src/core/model.ts';
import { fitResidual } from '../../src/learning/fitting/fit-residual.ts';
import type { LabelledCall } from '../../src/learning/fitting/labelled-call.ts';
import { type PromptEstimates, promptEstimates } from '../../src/learning/estimates/prompt-estimates.ts';
import { knownWork } from '../../src/learning/estimates/known-work.ts';
import { promptResidual } from '../../src/learning/models/prompt-residual.ts';
import type { Trained } from '../../src/learning/outcomes/stored-training.ts';
import { routerState } from '../../src/learning/outcomes/router-state.ts';
import { findSuccessWorths } from '../../src/learning/fitting/find-success-worths.ts';
import { readPromptWeights, taskClassifier } from '../../src/learning/prompts/task-classifier.ts';
import { candidate } from '../../test/support/policy-candidates.ts';

const committedWeights = new URL('../../src/learning/weights/task.json', import.meta.url);

/** Classifies prompts with a gateway's committed weights, and returns the features it keeps. */
export function guessesOf(prompts: readonly string[]): Classification[] {
  const classify = taskClassifier(readPromptWeights(JSON.parse(readFileSync(committedWeights, 'utf8'))));
  const clues = { images: false, documents: false, schema: false, tools: false };
  return prompts.map((prompt) => classify({ prompt, ...clues }));
}

/**
 * What a gateway knows of models that are in no catalogue: they start with the prior of an unknown tier, and it learns
 * from the feedback of one key, with the modules that decide live calls.
 */
export type GatewayKnowledge = {
  knows(prompt: Classification): PromptEstimates;
  learn(prompt: Classification, model: string, score: number): void;
  /** The size in bytes of what was learned, as in a snapshot. */
  size(): number;
  /** Returns a copy with the same learned state. */
  copy(): GatewayKnowledge;
};

export function untrainedGateway(): GatewayKnowledge {
  return knowledgeOf(routerState(), nothingTrained);
}

/** Judged answers; prompts and models are identified by their places. */
export type JudgedAnswers = {
  readonly prompts: readonly Classification[];
  readonly models: readonly string[];
  readonly scoreOf: (prompt: number, model: number) => number;
  readonly dollarsOf: (prompt: number, model: number) => number;
};

/**
 * Creates the knowledge of a gateway after `conclave router train`, with every model's answer to each of these prompts
 * judged by people.
 */
export function trainedGateway({ prompts, models, scoreOf, dollarsOf }: JudgedAnswers): GatewayKnowledge {
  const state = routerState();
  const untrained = knowledgeOf(state, nothingTrained);
  const calls: LabelledCall[] = [];
  for (const [at, prompt] of prompts.entries()) {
    for (const [column, model] of models.entries()) {
      const score = scoreOf(at, column);
      untrained.learn(prompt, model, score);
      const { task, difficulty, features } = prompt;
      const call = {
        id: `${at}`,
        keyId,
        model,
        difficulty,
        features: features.bytes,
        score,
        fromFeedback: true,
        experiment: { arm: 'learned', propensity: 1, explored: false } as const,
      };
      calls.push({ ...call, ...(task && { task }), tokens: { input: 0, output: 0 } });
    }
  }
  const { words, heldOut } = fitResidual(calls);
  const costs = heldOut.models.map((id) =>
    heldOut.calls.map((call) => 1e9 * dollarsOf(Number(call.id), models.indexOf(id))),
  );
  return knowledgeOf(state, {
    residual: words && promptResidual(words, { source: 'the bench', quality: {} }),
    worths: findSuccessWorths({ ...heldOut, costs }),
  });
}

const keyId = 'bench';

const nothingTrained: Trained = { residual: undefined, worths: undefined };

function knowledgeOf(state: ReturnType<typeof routerState>, trained: Trained): GatewayKnowledge {
  const { residual, worths } = trained;
  const work = knownWork(
    () => state.learner,
    () => worths,
  );
  const atPrompt = residual && promptEstimates(residual);
  return {
    knows({ task, difficulty, features }) {
      const known = work.at({ tags: [], difficulty, task }, keyId);
      return atPrompt ? atPrompt(known, features.bytes) : known;
    },
    learn({ task, difficulty, features }, model, score) {
      const promptShift = residual?.shiftOf(model, { features: features.bytes, task });
      const call = { id: '', callId: '', kind: 'feedback', source: keyId, keyId, at: 0, tags: [] };
      state.learn({
        ...call,
        model,
        score,
        difficulty,
        ...(task && { task }),
        ...(promptShift !== undefined && { promptShift }),
      });
      work.clear();
    },
    size: () => Buffer.byteLength(JSON.stringify([state.snapshot(), residual?.file, worths?.file])),
    copy: () => knowledgeOf(routerState(state.snapshot()), trained),
  };
}

/** Returns a model with nothing known but its name. */
export function unknownModel(id: string): Model {
  return candidate(id).model;
}
