import { chance } from '../../chance.ts';
import type { Character } from '../../character.ts';
import type { World } from '../../compose.ts';
import { errorRate, errs, mistake } from '../judgement.ts';
import type { CodeLine } from './code-lines.ts';
import type { Category, Detector, Severity } from './detector.ts';
import { falseAlarms, type FalseAlarm } from './false-alarms.ts';
import { findDefects } from './find-defects.ts';

/** A model's statement about the code: a real defect or a false alarm. */
export type Finding = {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly severity: Severity;
  readonly category: Category;
  readonly title: string;
  readonly explanation: string;
  readonly suggestion: string;
  readonly evidence: string;
  readonly confidence: number;
};

/** Returns what this model reports: the defects that it does not overlook, and its false alarms, in line order. */
export function review(world: World, character: Character, lines: readonly CodeLine[]): Finding[] {
  const noticed = findDefects(lines)
    .filter(({ detector, at }) => !overlooks(world, character, detector, at))
    .map(({ detector, at }) => worded(world, character, detector, at));
  const imagined = lines
    .filter(({ judged, text }) => judged && text.trim().length > 8)
    .flatMap((at) => {
      const alarm = alarmAt(world, character, at);
      return alarm ? [worded(world, character, alarm, at)] : [];
    })
    .slice(0, 4);
  return [...noticed, ...imagined].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/**
 * In 60 % of cases the model's blind spot for this kind of defect decides; otherwise the draw is for the single place.
 */
function overlooks(world: World, character: Character, detector: Detector, at: CodeLine): boolean {
  const place = `${detector.id} ${at.file}:${at.line} ${at.text.trim()}`;
  const habit = chance(world.seed, 'habit', place) < 0.6;
  const weakness = character.weakness[detector.category] ?? 1;
  const rate = Math.min(0.95, errorRate(character.skill, 0.2 + detector.difficulty) * weakness);
  return errs(world, character.name, habit ? detector.id : place, rate);
}

function alarmAt(world: World, character: Character, at: CodeLine): FalseAlarm | undefined {
  const place = `alarm ${at.file}:${at.line} ${at.text.trim()}`;
  const possible = falseAlarms.filter(({ pattern }) => pattern.test(at.text));
  const alarm = possible[Math.floor(mistake(world, character.name, place) * possible.length)];
  if (!alarm) return undefined;
  const caution = character.caution[alarm.category] ?? 1;
  return errs(world, character.name, place, (1 - character.skill) * 0.12 * caution) ? alarm : undefined;
}

function worded(world: World, character: Character, of: Detector | FalseAlarm, at: CodeLine): Finding {
  const pick = (texts: readonly [string, ...string[]], what: string): string =>
    texts[Math.floor(chance(world.seed, character.name, of.id, what) * texts.length)] ?? texts[0];
  const certainty = chance(world.seed, character.name, of.id, at.text);
  return {
    rule: of.id,
    file: at.file,
    line: at.line,
    severity: severityOf(world, character, of, at),
    category: of.category,
    title: pick(of.titles, 'title'),
    explanation: pick(of.why, 'why'),
    suggestion: pick(of.fix, 'fix'),
    evidence: at.text.trim(),
    confidence: Math.round((('difficulty' in of ? 0.7 : 0.4) + 0.29 * certainty) * 100) / 100,
  };
}

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Weak models sometimes misjudge the severity by one step. */
function severityOf(world: World, character: Character, of: Detector | FalseAlarm, at: CodeLine): Severity {
  const place = `severity ${of.id} ${at.file}:${at.line}`;
  if (!errs(world, character.name, place, (1 - character.skill) * 0.6)) return of.severity;
  const step = mistake(world, character.name, place) < 0.5 ? -1 : 1;
  return severities[severities.indexOf(of.severity) + step] ?? of.severity;
}
