import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { issueText } from '../../core/json/issue-text.ts';
import { modelSchema } from '../schema/model-schema.ts';

const method = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');

const modelConfig = z.looseObject({
  id: z.string().min(1),
  // Also Infinity, which zod does not count among the numbers.
  maxContext: z.custom<number>((value) => typeof value === 'number' && value > 0, 'must be a number above 0'),
  costPerMToken: z.number().min(0).optional(),
});

const customProviders = z.array(
  z.looseObject({
    name: z.string(),
    models: z.array(modelConfig),
    chat: method,
    stream: method,
    estimateCost: z.unknown(),
  }),
);

type CustomProvider = z.output<typeof customProviders>[number];

/**
 * Checks the providers that a program brings along, which may be written without types. `taken`: the names of all other
 * providers.
 * @throws ConclaveError `configuration` naming the place.
 */
export function checkCustomProviders(providers: unknown, taken: ReadonlySet<string>): void {
  const read = customProviders.safeParse(providers);
  if (!read.success) throw wrongShape(read.error);
  const names = new Set(taken);
  for (const [at, provider] of read.data.entries()) {
    checkName(provider.name, `providers.${at}.name`, names);
    names.add(provider.name);
    checkModels(provider, `providers.${at}`);
  }
}

function wrongShape(error: z.ZodError): ConclaveError {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const place = ['providers', ...path.map(String)].join('.');
  const hint = path.at(-1) === 'costPerMToken' ? `: USD per million tokens; ${inConfiguration('price')}` : '';
  return wrong(`${place} ${issueText(issue)}${hint}`);
}

function checkName(name: string, place: string, taken: ReadonlySet<string>): void {
  if (!/^[^/\s]+$/.test(name)) {
    throw wrong(`${place}: "${name}" cannot begin a model's id; give it a name without a slash or a space`);
  }
  if (taken.has(name))
    throw wrong(`${place}: "${name}" is the name of another provider; choose another name`);
}

function checkModels({ models, estimateCost, name }: CustomProvider, place: string): void {
  const ids = new Set<string>();
  for (const [at, model] of models.entries()) {
    const here = `${place}.models.${at}`;
    if (ids.has(model.id)) throw wrong(`${here}.id: "${model.id}" is listed twice`);
    ids.add(model.id);
    const foreign = Object.entries(model).find(
      ([member, value]) => member !== 'id' && value !== undefined && configured.has(member),
    )?.[0];
    if (foreign !== undefined) {
      throw wrong(`${here}.${foreign} is not read here; ${inConfiguration(foreign, `${name}/${model.id}`)}`);
    }
    if (model.costPerMToken === undefined && typeof estimateCost !== 'function') {
      throw wrong(`${here} has no costPerMToken, and ${place}.estimateCost is no function`);
    }
  }
}

/** What only the configuration says about a model. */
const configured: ReadonlySet<string> = new Set(Object.keys(modelSchema.shape));

function inConfiguration(member: string, id = 'name/model'): string {
  return `set it under "models" of the configuration: models: [{ id: "${id}", ${member}: … }]`;
}

function wrong(problem: string): ConclaveError {
  return new ConclaveError('configuration', problem);
}
