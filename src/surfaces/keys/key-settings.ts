import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { issueText } from '../../core/json/issue-text.ts';
import { keysAt } from '../../core/json/keys-at.ts';
import { budgetLimit } from '../../core/money/dollar-limits.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { routingModes } from '../../core/routing/preferences/routing-preferences.ts';
import { budgetWindows, type Budget, type KeyChange, type KeySettings } from '../../core/stores/stores.ts';
import { parseSpan } from '../../core/parse-span.ts';
import type { Ms } from '../../core/units.ts';

const moment = z
  .union([z.number().int().positive(), z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'milliseconds since 1970, or a date such as 2027-01-31 or 2027-01-31T18:00:00Z, are needed',
  })
  .transform((written) => new Date(written).getTime());

/** Configuration and reports mean a key by its name or its id, so no name may be another key's id. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => text !== 'admin' && !z.uuid().safeParse(text).success, {
    error: 'must not look like the id of a key: choose another name',
  });

const budget = z
  .strictObject({
    window: z.enum(budgetWindows),
    limitUsd: budgetLimit,
    unknownPrices: z.enum(['refuse', 'allow']).optional(),
    /** The older spelling: `true` means `refuse`. */
    hard: z.boolean().optional(),
  })
  .transform(({ hard, unknownPrices, ...rest }, context): Budget => {
    const older = hard === undefined ? undefined : hard ? 'refuse' : 'allow';
    if (older !== undefined && unknownPrices !== undefined && older !== unknownPrices) {
      context.addIssue(`hard: ${hard} means unknownPrices: "${older}"; give only unknownPrices`);
    }
    return { ...rest, unknownPrices: unknownPrices ?? older ?? 'refuse' };
  });

const budgets = z.array(budget);

const wishes = {
  models: z.array(z.string().min(1)),
  tags: z.array(z.string().min(1)),
  rpm: z.number().int().positive(),
  tpm: z.number().int().positive(),
  expiresAt: moment,
  allow: z.strictObject({
    providers: z.array(z.string()).min(1).optional(),
    regions: z.array(z.string()).min(1).optional(),
  }),
  routing: z.strictObject({
    policy: z.string().optional(),
    mode: z.enum(routingModes).optional(),
    quality: z.number().gt(0).max(1).optional(),
    pin: z.string().optional(),
    critical: z.boolean().optional(),
  }),
};

const newKey = z.strictObject({ name, budgets: budgets.default([]), ...z.object(wishes).partial().shape });

const keyChange = z.strictObject({
  name: name.optional(),
  // A key without budgets has an empty list.
  budgets: budgets.nullish().transform((list) => (list === null ? [] : list)),
  disabled: z.boolean().optional(),
  models: wishes.models.nullish(),
  tags: wishes.tags.nullish(),
  rpm: wishes.rpm.nullish(),
  tpm: wishes.tpm.nullish(),
  expiresAt: wishes.expiresAt.nullish(),
  allow: wishes.allow.nullish(),
  routing: wishes.routing.nullish(),
});

const rotation = z.strictObject({
  grace: z
    .string()
    .transform((text) => (text === '0' ? 0 : parseSpan(text)))
    .refine((ms) => ms !== undefined, { error: 'must be a span such as 30min, 24h or 7d' })
    .optional(),
});

/** Reads for how long a former secret stays valid. @throws ConclaveError `invalid_request` naming the field. */
export function readGrace(body: unknown): Ms {
  return checked(rotation, body).grace ?? 0;
}

/** Reads the settings of a new key. @throws ConclaveError `invalid_request` naming the field. */
export function readNewKey(body: unknown, now: Ms): KeySettings {
  const settings = checked(newKey, body);
  refusePast(settings.expiresAt, now);
  return settings;
}

/** Reads a change of a key. @throws ConclaveError `invalid_request` naming the field. */
export function readKeyChange(body: unknown, now: Ms): KeyChange {
  const change = checked(keyChange, body);
  refusePast(change.expiresAt ?? undefined, now);
  return change;
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badField(parsed.error, schema);
}

function refusePast(expiresAt: Ms | undefined, now: Ms): void {
  if (expiresAt === undefined || expiresAt > now) return;
  const seconds = expiresAt < now / 10 ? '; it is in milliseconds, not in seconds' : '';
  throw new ConclaveError(
    'invalid_request',
    `expiresAt: ${new Date(expiresAt).toISOString()} has passed${seconds}.`,
    { param: 'expiresAt' },
  );
}

function badField(error: z.ZodError, schema: z.ZodType): ConclaveError {
  const issue = error.issues[0];
  const param = issue?.path.map(String).join('.') || 'body';
  if (issue?.code === 'unrecognized_keys') {
    const unknown = issue.keys[0] ?? '';
    const place = [...issue.path.map(String), unknown].join('.');
    const remedy = didYouMean(unknown, keysAt(schema, issue.path));
    return new ConclaveError('invalid_request', `Unknown field "${place}"; ${remedy}`, { param: place });
  }
  return new ConclaveError('invalid_request', `${param}: ${issueText(issue)}`, { param });
}
