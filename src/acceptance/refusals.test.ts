import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal, isUnsure } from './refusals.ts';

test('a refusal is known in the languages that people ask in', () => {
  for (const text of [
    "I'm sorry, but I can't assist with that request.",
    'Es tut mir leid, dabei kann ich nicht helfen.',
    'Tut mir leid, aber ich kann dir bei dieser Anfrage nicht weiterhelfen.',
    'Das kann ich leider nicht beantworten.',
    'Je suis désolé, mais je ne peux pas vous aider avec cette demande.',
    'Lo siento, no puedo ayudar con eso.',
    'Desculpe, mas não posso ajudar com isso.',
    'Mi dispiace, ma non posso aiutarti con questa richiesta.',
    'Sorry, maar ik kan je daar niet mee helpen.',
    'Przykro mi, ale nie mogę w tym pomóc.',
    'Извините, но я не могу помочь с этим.',
    'Üzgünüm, bu konuda yardımcı olamam.',
    '抱歉，我无法提供这方面的帮助。',
    '很抱歉,我不能回答这个问题。',
    '申し訳ありませんが、そのご要望にはお答えできません。',
    '죄송하지만, 그 요청은 도와드릴 수 없습니다.',
  ]) {
    assert.equal(isRefusal(text), true, text);
  }
});

test('what cannot be done, a story of somebody who declines, and an answer with a "no" in it are no refusals', () => {
  for (const text of [
    'You cannot divide by zero.',
    'Durch null kann man nicht teilen, auch wenn es helfen würde.',
    'On ne peut pas diviser par zéro.',
    'No, 91 = 7 × 13.',
    'Nein. 91 ist keine Primzahl.',
    'No se puede dividir por cero.',
    'The function returns null because the list is empty, and I added a check that should help.',
    '不能除以零。',
    'Ich kann mit Freude sagen: Das Gedicht handelt vom Herbst.',
  ]) {
    assert.equal(isRefusal(text), false, text);
  }
});

test('doubt is heard in other languages too', () => {
  for (const text of [
    "I'm not sure, but it may be 42.",
    'Vielleicht 42, aber ich bin mir nicht ganz sicher.',
    'Je ne suis pas sûr, peut-être 42.',
    'No estoy seguro, pero creo que 42.',
    'Não tenho certeza.',
    'Non sono sicuro.',
    'Я не уверен, но 42.',
    '我不确定，可能是42。',
  ]) {
    assert.equal(isUnsure(text), true, text);
  }
  for (const text of [
    'The lock is safe.',
    'Das Schloss ist sicher.',
    'Estoy seguro de que son 42.',
    'Il est sûr.',
  ])
    assert.equal(isUnsure(text), false, text);
});
