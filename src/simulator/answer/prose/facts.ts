import type { Prompt } from '../prompt.ts';
import { errorRate, errs } from '../judgement.ts';

/** Facts that people often ask for when they try a new set-up. */
const capitals: Readonly<Record<string, string>> = {
  argentina: 'Buenos Aires',
  australia: 'Canberra',
  austria: 'Vienna',
  belgium: 'Brussels',
  brazil: 'Brasília',
  canada: 'Ottawa',
  chile: 'Santiago',
  china: 'Beijing',
  denmark: 'Copenhagen',
  egypt: 'Cairo',
  england: 'London',
  finland: 'Helsinki',
  france: 'Paris',
  germany: 'Berlin',
  greece: 'Athens',
  hungary: 'Budapest',
  iceland: 'Reykjavík',
  india: 'New Delhi',
  indonesia: 'Jakarta',
  ireland: 'Dublin',
  italy: 'Rome',
  japan: 'Tokyo',
  kenya: 'Nairobi',
  mexico: 'Mexico City',
  morocco: 'Rabat',
  netherlands: 'Amsterdam',
  norway: 'Oslo',
  peru: 'Lima',
  poland: 'Warsaw',
  portugal: 'Lisbon',
  romania: 'Bucharest',
  spain: 'Madrid',
  sweden: 'Stockholm',
  switzerland: 'Bern',
  turkey: 'Ankara',
  ukraine: 'Kyiv',
  'united kingdom': 'London',
  uk: 'London',
  'united states': 'Washington, D.C.',
  usa: 'Washington, D.C.',
  vietnam: 'Hanoi',
};

const facts: readonly (readonly [question: RegExp, answer: string])[] = [
  [/\b(?:largest|biggest) planet\b/i, 'Jupiter'],
  [/\b(?:tallest|highest) mountain\b/i, 'Mount Everest'],
  [/\blongest river\b/i, 'the Nile'],
  [/\bspeed of light\b/i, '299,792,458 metres per second'],
  [/\bboiling point of water\b|\bwater boil/i, '100 °C at sea level'],
  [/\bhow many (?:days|months) .*\byear\b/i, '365 days in twelve months, 366 days in leap years'],
  [/\bhow many continents\b/i, 'seven'],
  [/\bchemical (?:symbol|formula) (?:for|of) (?:water)\b/i, 'H2O'],
  [/\bchemical symbol (?:for|of) gold\b/i, 'Au'],
  [/\bcolou?r of (?:the )?sky\b|\bwhat colou?r is the sky\b/i, 'blue'],
  [/\bwho wrote (?:romeo and juliet|hamlet|macbeth)\b/i, 'William Shakespeare'],
  [/\bfirst (?:person|man|human) on the moon\b/i, 'Neil Armstrong'],
];

/** Answers from the table; weak models sometimes confuse capitals. */
export function factFor({ world, character, question }: Prompt): string | undefined {
  const country = /\bcapital (?:city )?of (?:the )?([\p{L} ]+?)(?:[?.!,]|$)/iu
    .exec(question)?.[1]
    ?.trim()
    .toLowerCase();
  const capital = country === undefined ? undefined : capitals[country];
  if (country !== undefined && capital !== undefined) {
    const wrong = errs(world, character.name, `capital ${country}`, errorRate(character.skill, 0.12));
    const names = Object.values(capitals);
    return `The capital is ${wrong ? (names[names.indexOf(capital) + 1] ?? names[0]) : capital}.`;
  }
  const fact = facts.find(([asked]) => asked.test(question));
  return fact && `The answer is ${fact[1]}.`;
}
