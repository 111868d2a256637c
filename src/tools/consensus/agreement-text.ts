import { dissentText } from './dissent.ts';
import type { WeighedClaims, ComparedClaim } from './weigh-claims.ts';

/** The comparison of the claims as text. */
export function agreementText({
  agreed,
  disputed,
  dissent,
  single,
  similar = [],
  score,
  asked,
}: WeighedClaims): string {
  return [
    score === undefined
      ? 'No claims could be compared.'
      : `Agreement: ${Math.round(score * 100)} % of the claims are made by more than half of the ${asked} models asked and opposed by none.`,
    list('Agreed:', agreed.map(withModels)),
    list(
      'Disputed:',
      disputed.map(({ claim, sides, onFact }) => {
        const positions = sides.map(
          ({ position, models, wording }) => `${models.join(', ')} ${position}: ${wording}`,
        );
        return `${onFact ? '[a fact: look it up] ' : ''}${claim}: ${positions.join(' / ')}`;
      }),
    ),
    dissentText(dissent),
    list('Made by half of the models or fewer:', single.map(withModels)),
    list(
      'In similar words, not compared:',
      similar.map((claims) => claims.map(withModels).join(' / ')),
    ),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

function withModels({ claim, models }: ComparedClaim): string {
  return `${claim} (${models.join(', ')})`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `- ${line}`)].join('\n');
}
