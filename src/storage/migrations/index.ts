import ledgerAndKeys from './0001-ledger-and-keys.ts';
import threads from './0002-threads.ts';
import routing from './0003-routing.ts';
import rateWindows from './0004-rate-windows.ts';
import callersMoney from './0005-callers-money.ts';
import keptAnswers from './0006-kept-answers.ts';
import thoughts from './0007-thoughts.ts';
import saidLimits from './0008-said-limits.ts';
import benches from './0009-benches.ts';
import keyPrefixes from './0010-key-prefixes.ts';
import firstWords from './0011-first-words.ts';
import keptPieces from './0012-kept-pieces.ts';
import onlyAttempt from './0013-only-attempt.ts';
import spendingOfEveryKey from './0014-spending-of-every-key.ts';
import localThreads from './0015-local-threads.ts';
import paidTiers from './0016-paid-tiers.ts';
import keyRotations from './0017-key-rotations.ts';
import useOfKeys from './0018-use-of-keys.ts';

/** SQL that differs by backend: the schema is written once for all of them. */
export type SqlWords = {
  /** Type of raw bytes. */
  readonly bytes: string;
  /** Table option that stores rows in the order of their primary key, if the backend has one. */
  readonly clustered: string;
  /** The start of the UTC month of an instant, both in milliseconds. */
  readonly startOfMonth: (at: string) => string;
};

/** One step of the schema. A landed migration is never edited: the next number corrects it. */
export type Migration = {
  readonly version: number;
  readonly name: string;
  readonly statements: (words: SqlWords) => readonly string[];
};

/** In order, without gaps. */
export const migrations: readonly Migration[] = [
  ledgerAndKeys,
  threads,
  routing,
  rateWindows,
  callersMoney,
  keptAnswers,
  thoughts,
  saidLimits,
  benches,
  keyPrefixes,
  firstWords,
  keptPieces,
  onlyAttempt,
  spendingOfEveryKey,
  localThreads,
  paidTiers,
  keyRotations,
  useOfKeys,
];

/** The schema that this code reads and writes. */
export const schemaVersion = migrations.length;

export const createVersionTable =
  'CREATE TABLE IF NOT EXISTS schema_versions (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)';
