import { z } from 'zod';
import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Tool, ToolContext } from '../offer/tool.ts';
import { threadOf } from './ask-in-thread.ts';

/**
 * Wraps a tool so that everything it asks stays on local models if the caller names only such models, or continues a
 * thread that was limited to them.
 */
export function keepLocal(tool: Tool): Tool {
  if (!(tool.input instanceof z.ZodObject) || !('model' in tool.input.shape)) return tool;
  return {
    ...tool,
    async run(input, context) {
      const { model, models, continuation_id: threadId } = inputRead.parse(input);
      const names = model === undefined ? models : [model, ...models];
      if (names.length > 0 && names.every(context.staysLocal))
        return tool.run(input, context.onLocalModels());
      if (threadId === undefined) return tool.run(input, context);
      const { localOnly } = await threadOf(context, threadId);
      if (!localOnly) return tool.run(input, context);
      refuseElsewhere(names, context, threadId);
      return tool.run(input, context.onLocalModels());
    },
  };
}

const seatRead = z.union([z.string(), z.looseObject({ model: z.string() })]);

/** The part of a tool's input that says who answers. */
const inputRead = z.looseObject({
  model: z.string().optional(),
  models: z.array(seatRead.transform((seat) => (typeof seat === 'string' ? seat : seat.model))).default([]),
  continuation_id: z.string().optional(),
});

/** @throws ConclaveError `no_candidate` for a model that is not local: the thread would be sent to it. */
function refuseElsewhere(names: readonly string[], { catalogue }: ToolContext, threadId: string): void {
  for (const name of names) {
    const model = modelNamed(catalogue, name);
    if (!model || model.local) continue;
    throw new ConclaveError(
      'no_candidate',
      `The thread ${threadId} was limited to local models, and ${model.id} is not local; leave continuation_id out to ask it in a new thread, or name a local model.`,
      { param: 'model' },
    );
  }
}

/** `undefined` for a name that leaves the choice open, and for one that the tool itself will refuse. */
function modelNamed(catalogue: Catalogue, name: string): Model | undefined {
  try {
    const resolution = catalogue.resolve(name);
    return resolution.kind === 'model' ? resolution.model : undefined;
  } catch (thrown) {
    if (thrown instanceof ConclaveError) return undefined;
    throw thrown;
  }
}
