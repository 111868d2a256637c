import type { JsonObject } from '../../../core/json/json.ts';
import type { Prompt } from '../prompt.ts';
import { falseAlarms } from '../review/false-alarms.ts';
import { detectors } from '../review/find-defects.ts';

/**
 * If the request asks which pairs of findings report the same defect, names the pairs whose titles are two wordings of
 * one. Otherwise `undefined`.
 */
export function samePairs({ question }: Prompt): JsonObject | undefined {
  if (!/\bwhich of these \d+ pairs report the same defect\b/i.test(question)) return undefined;
  const pairs = question.matchAll(/^Pair (\d+)\n1\) (.*)\n2\) (.*)$/gm);
  return {
    same: [...pairs].flatMap(([, number, one = '', other = '']) =>
      wordings.some((titles) => isOneOf(titles, one) && isOneOf(titles, other)) ? [Number(number)] : [],
    ),
  };
}

const wordings = [...detectors, ...falseAlarms].map(({ titles }) => titles);

function isOneOf(titles: readonly string[], finding: string): boolean {
  return titles.some((title) => finding.includes(` ${title}: `));
}
