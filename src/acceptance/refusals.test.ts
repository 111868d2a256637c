import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abstains, asksBack, isRefusal, isUnsure } from './refusals.ts';

test('recognises refusals in fifteen languages', () => {
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
    '申し訳ありませんが、そのリクエストにはお応えできません。',
    'عذرًا، لا يمكنني المساعدة في هذا الطلب.',
    'أنا آسف، ولكنني لا أستطيع مساعدتك في ذلك.',
    'मुझे खेद है, लेकिन मैं इसमें आपकी मदद नहीं कर सकता।',
  ]) {
    assert.equal(isRefusal(text), true, text);
  }
});

test('recognises the usual wordings of English refusals', () => {
  for (const text of [
    "I'm not able to help with that.",
    "I'm unable to fulfill this request.",
    'I am not able to assist with this.',
    'I am sorry, I cannot help with that.',
    'I am sorry, but I cannot assist with that request.',
    "**I'm sorry**, but I can't help with that.",
    "I'm really sorry, but I can't do that.",
    'I cannot and will not provide that.',
    'I can’t discuss that.',
    "I'm sorry, I can't continue with this conversation.",
    'I must decline.',
    'I must refuse.',
    "I'm unable to access external websites.",
    "I don't have the ability to browse the internet.",
    "I can't see any image.",
    "I'm sorry, but I can't create malware.",
    "No, I can't do that.",
    "That's not something I can help with.",
    "I don't feel comfortable helping with that.",
    'This request violates our content policy.',
    'My apologies, but I am unable to comply.',
    'Unfortunately, I won’t be able to help you with this.',
    'I apologize for the inconvenience, but I cannot generate that content.',
  ]) {
    assert.equal(isRefusal(text), true, text);
  }
});

test('letters that decline, stories and "cannot help doing" are no refusals', () => {
  for (const text of [
    "I can't help but notice how much the sample means here: it is .42.",
    'I cannot help laughing when I read the ending.',
    "I'm sorry, but I can't make it to your wedding on Saturday.",
    'I must decline your kind invitation to the wedding.',
    "I can't write to you without thinking of the sea,",
    'Sorry seems to be the hardest word. It was written in 1976.',
    'No, a mutex is owned by a thread and a semaphore is not.',
    'Unfortunately, the index does not help here: the planner has to read every row.',
    'This request returns 404, because the route is registered after the fallback.',
    'You will not be able to write to this file.',
    'I must refuse your kind invitation.',
    "I can't access my account since Monday.",
    'I am unable to sing, said the lighthouse keeper, and he meant it.',
  ]) {
    assert.equal(isRefusal(text), false, text);
  }
});

test('a request for missing information is no answer; an answer that ends with an offer is one', () => {
  for (const text of [
    'I need more information. Please paste the text.',
    "You haven't provided the text that I should summarize.",
    'Could you share the error message?',
    "I don't see any attachment.",
  ])
    assert.equal(asksBack(text), true, text);
  for (const text of [
    'A mutex is owned by the thread that locked it.',
    `${'A mutex is owned by the thread that locked it. '.repeat(10)}Could you share your code?`,
    'You need more sleep.',
  ])
    assert.equal(asksBack(text), false, text);
});

test('an answer that finds nothing in the material abstains, which is no refusal', () => {
  for (const text of [
    "I can't answer this from the provided documents.",
    'I cannot answer this question based on the provided context.',
    "I'm sorry, but I am unable to find the weight of the chair in the given text.",
  ])
    assert.deepEqual([abstains(text), isRefusal(text)], [true, false], text);
  for (const text of ["I can't answer that.", 'I cannot provide medical advice.', 'It weighs 4 kg.'])
    assert.equal(abstains(text), false, text);
});

test('impossible things, stories about refusing and answers with a "no" are no refusals', () => {
  for (const text of [
    'You cannot divide by zero.',
    'Durch null kann man nicht teilen, auch wenn es helfen würde.',
    'On ne peut pas diviser par zéro.',
    'No, 91 = 7 × 13.',
    'Nein. 91 ist keine Primzahl.',
    'No se puede dividir por cero.',
    'The function returns null because the list is empty, and I added a check that should help.',
    '不能除以零。',
    'لا يمكن القسمة على صفر.',
    'आप शून्य से भाग नहीं दे सकते।',
    'Ich kann mit Freude sagen: Das Gedicht handelt vom Herbst.',
  ]) {
    assert.equal(isRefusal(text), false, text);
  }
});

test('recognises doubt in other languages too', () => {
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
