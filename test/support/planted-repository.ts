import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCategory, Severity } from '../../src/core/finding.ts';

/** A defect that the code really has; see fixtures/planted. */
export type PlantedDefect = {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly evidence: string;
  readonly severity: Severity;
  readonly category: FindingCategory;
  readonly title: string;
};

export const plantedFolder = join(import.meta.dirname, '../../fixtures/planted/repository');

// Our own file; a test checks that it has this shape.
export const plantedDefects = JSON.parse(
  readFileSync(join(plantedFolder, '../manifest.json'), 'utf8'),
) as readonly PlantedDefect[];
