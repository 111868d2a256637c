/** Returns the stems of a text's meaningful words, in any script. Identifiers are split into words. */
export function stemsOf(text: string): string[] {
  const words = text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/\p{L}[\p{L}\p{M}]+|\d{2,}/gu);
  return (words ?? []).filter((word) => !stopWords.has(word)).map(stem);
}

/** Strips common English endings. Crude, but consistent. */
export function stem(word: string): string {
  if (word.length <= 4) return word.replace(/s$/, '');
  for (const ending of endings) {
    if (word.endsWith(ending) && word.length - ending.length >= 3) {
      return word.slice(0, -ending.length).replace(/(.)\1$/, '$1');
    }
  }
  return word;
}

const endings = [
  'isations',
  'izations',
  'isation',
  'ization',
  'ations',
  'ation',
  'ising',
  'izing',
  'ments',
  'ment',
  'ness',
  'ables',
  'able',
  'ibly',
  'ings',
  'ing',
  'ised',
  'ized',
  'ions',
  'ion',
  'ies',
  'ied',
  'ers',
  'ed',
  'er',
  'es',
  'ly',
  'al',
  'e',
  's',
  'y',
];

const stopWords = new Set(
  (
    'an and any are as at be been before but by can could does for from get gets has have if in into is it its may ' +
    'must no nor not of on only or other should so such than that the their them then there these they this to too ' +
    'up use used uses using was when where which while who will with without would you your here every each all ' +
    'also because instead rather already still just very more most some same new code line lines file function ' +
    'method call calls value values make makes made'
  ).split(' '),
);
