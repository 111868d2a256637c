import { withinCpu } from '../core/patterns/within-cpu.ts';
import type { Ms } from '../core/units.ts';
import { setUpReaders } from './set-up-readers.ts';
import { textFailure, type FoundFailure, type TextRule } from './text-failure.ts';

/** Returns what `textFailure` does. @throws as `textFailure`, and the timeout of `withinCpu` if it takes longer */
export function checkedWithin(rules: readonly TextRule[], { cpuMs }: { readonly cpuMs: Ms }): FoundFailure {
  setUpReaders();
  return withinCpu(() => textFailure(rules), { cpuMs });
}
