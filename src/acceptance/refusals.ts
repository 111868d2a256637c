/** Sources of patterns; `refuses` follows an optional apology at the beginning of the answer. */
type Wording = { readonly language: string; readonly refuses: string; readonly unsure: string };

/** "I can't", "as an AI I am unable to", "I won't": a model that declines speaks of itself. */
const unable = String.raw`(?:as an? [^.,]{2,40}, )?i(?: can ?not| can['’]?t|(?:['’]m| am)(?: currently| simply)? (?:not (?:able|allowed|permitted)|unable) to| won['’]t| will not)(?: be able to)?(?: and will not| and won['’]t)?`;
/**
 * Verbs that decline whatever follows, and verbs that do so only before "that" or "a list of": "I can't write to you"
 * opens a letter.
 */
const declined = String.raw`(?:help(?! but\b| \p{L}+ing\b)|assist|comply|fulfill?|answer|discuss|engage in|go along with|(?:do|provide|share|continue|support|create|generate|write|produce|complete|process|respond to)(?: with)? (?:that|this|these|those|it|an?|any|such|the|you with|your|instructions|information|content|medical|legal|malware|ransomware|harmful|malicious|illegal|hateful|explicit))\b`;
/** What a model cannot reach: the outside world, and anything visible. */
const outOfReach = String.raw`(?:(?:access|browse|visit|search)(?: to)?(?: (?:any|the|external|live|real-time|current))* (?:internet|web|websites?|urls?|links?)|(?:see|view) (?:an|any|the|your) (?:image|picture|photo|attachment)s?)\b`;
const demurring = [
  String.raw`i (?:do not|don['’]t) (?:currently )?have (?:the (?:ability|capability|means)|a way) to ${outOfReach}`,
  String.raw`i (?:must|have to) refuse(?=[.!]|$| to (?:help|assist|answer|provide)| (?:this|that|your) (?:request|question))`,
  String.raw`i(?: must| have to| need to|['’]ll have to|['’]m going to have to)?(?: respectfully| politely)? decline(?=[.!]|$| to (?:help|assist|answer|provide)| (?:this|that|your) (?:request|question))`,
  String.raw`i(?: do not| don['’]t) feel comfortable (?:helping|assisting|providing|answering|discussing|sharing|creating|writing|doing|with (?:this|that))`,
  String.raw`i(?:['’]m| am) not comfortable (?:helping|assisting|providing|answering|discussing|sharing|creating|writing|doing|with (?:this|that))`,
  String.raw`(?:that|this)(?:['’]s| is) (?:not something (?:that )?i(?: can| am able to|['’]m able to)|something (?:that )?i (?:cannot|can['’]t|won['’]t)) (?:help|assist|do|provide|discuss)`,
  String.raw`(?:that|this|your) (?:request|question|prompt) (?:violates|goes against|is against|conflicts with) (?:our|my|the)\b`,
].join('|');

/**
 * How models decline and express doubt, by language. Only the first person counts: "you cannot divide by zero" is no
 * refusal.
 */
const wordings: readonly Wording[] = [
  {
    language: 'English',
    refuses: String.raw`(?:(?:but|however|no),? )*(?:${unable} (?:${declined}|${outOfReach})|${demurring})`,
    unsure: String.raw`\b(?:i(?:['’]m| am) not (?:entirely |completely |quite )?(?:sure|certain)|i (?:do not|don['’]t) (?:really )?know|hard to say|i might be wrong|i may be wrong|cannot be determined|can['’]t be determined|not enough information|it is unclear|i would need more|please verify)\b`,
  },
  {
    language: 'German',
    refuses: String.raw`(?:aber )?(?:(?:\p{L}+ ){0,2}(?:kann|darf) ich|ich (?:kann|darf|bin)|als ki[^.]{0,40}(?:kann|darf) ich)\b[^.]{0,60}(?:nicht|keine[nr]?)\b[^.]{0,60}(?:helfen|helfe|unterstützen|beantworten|erfüllen|bereitstellen|nachkommen|behilflich|antwort geben)`,
    unsure: String.raw`\b(?:ich bin (?:mir )?(?:da )?nicht (?:ganz |völlig )?sicher|ich weiß (?:es )?nicht|schwer zu sagen|lässt sich nicht (?:sagen|bestimmen)|ohne gewähr)(?!\p{L})`,
  },
  {
    language: 'French',
    refuses: String.raw`(?:mais )?(?:je (?:ne|n['’])\s?(?:peux|suis|pourrai)|il m['’]est impossible)[^.]{0,60}(?:aider|répondre|assister|fournir|satisfaire|donner suite)`,
    unsure: String.raw`(?<!\p{L})(?:je ne suis pas (?:tout à fait |entièrement )?(?:sûre?|certaine?)|je ne sais pas|difficile à dire)(?!\p{L})`,
  },
  {
    language: 'Spanish',
    refuses: String.raw`(?:pero )?(?:yo )?no (?:puedo|me es posible|soy capaz|estoy en condiciones)[^.]{0,60}(?:ayudar|asistir|responder|proporcionar|cumplir|atender)`,
    unsure: String.raw`(?<!\p{L})(?:no estoy (?:del todo |completamente )?segur[oa]|no (?:lo )?sé(?= |\.|,|$)|difícil de decir)`,
  },
  {
    language: 'Portuguese',
    refuses: String.raw`(?:mas )?(?:eu )?não (?:posso|consigo|me é possível)[^.]{0,60}(?:ajudar|responder|fornecer|atender|auxiliar)`,
    unsure: String.raw`(?<!\p{L})(?:não tenho (?:total )?certeza|não estou cert[oa]|é difícil dizer)(?!\p{L})`,
  },
  {
    language: 'Italian',
    refuses: String.raw`(?:ma )?(?:non (?:posso|sono in grado)|mi è impossibile)[^.]{0,60}(?:aiutar|rispondere|fornire|assister|soddisfare)`,
    unsure: String.raw`(?<!\p{L})(?:non (?:ne )?sono (?:del tutto )?sicur[oa]|non lo so|difficile (?:a dirsi|dirlo))(?!\p{L})`,
  },
  {
    language: 'Dutch',
    refuses: String.raw`(?:maar )?(?:(?:\p{L}+ )?kan ik|ik kan)\b[^.]{0,60}niet\b[^.]{0,40}(?:helpen|beantwoorden|assisteren)`,
    unsure: String.raw`\b(?:ik weet het niet|ik ben (?:er )?niet (?:helemaal )?zeker|moeilijk te zeggen)\b`,
  },
  {
    language: 'Polish',
    refuses: String.raw`(?:ale )?nie (?:mogę|jestem w stanie)[^.]{0,60}(?:pomóc|odpowiedzieć|udzielić|spełnić)`,
    unsure: String.raw`(?<!\p{L})(?:nie jestem pew(?:ien|na)|nie wiem|trudno powiedzieć)(?!\p{L})`,
  },
  {
    language: 'Russian',
    refuses: String.raw`(?:но )?(?:я )?не (?:могу|в состоянии)[^.]{0,60}(?:помочь|ответить|предоставить|выполнить)`,
    unsure: String.raw`(?<!\p{L})(?:я не уверен[аы]?|я не знаю|трудно сказать)(?!\p{L})`,
  },
  {
    language: 'Turkish',
    refuses: String.raw`[^.]{0,60}(?:yardımcı olamam|yardım edemem|yanıt veremem|cevap veremem|yerine getiremem)`,
    unsure: String.raw`(?<!\p{L})(?:emin değilim|bilmiyorum)(?!\p{L})`,
  },
  {
    language: 'Chinese',
    refuses: String.raw`(?:但)?我?(?:无法|無法|不能|没法|沒辦法)[^。]{0,12}(?:帮|幫|协助|協助|提供|回答|满足|滿足)`,
    unsure: String.raw`我?(?:不确定|不確定|不知道|很难说|很難說)`,
  },
  {
    language: 'Japanese',
    refuses: String.raw`[^。]{0,30}(?:手伝い|手助け|お答え|お応え|応じ|回答|対応|提供)[^。]{0,20}(?:できません|出来ません|かねます)`,
    unsure: String.raw`(?:確かではありません|よく分かりません|わかりません|自信がありません)`,
  },
  {
    language: 'Korean',
    refuses: String.raw`[^.]{0,30}(?:도와|도움|답변|제공)[^.]{0,12}수 (?:가 )?없`,
    unsure: String.raw`(?:확실하지 않|잘 모르겠)`,
  },
  {
    language: 'Arabic',
    refuses: String.raw`(?:و?لكن(?:ني|ي)? )?(?:لا (?:أستطيع|يمكنني|أقدر)|لست قادر\p{L}*|لن أتمكن من)[^.،]{0,40}(?:مساعد|المساعدة|الإجابة|تقديم|تلبية|توفير|الرد)`,
    unsure: String.raw`(?:لست متأكد|لا أعرف|من الصعب القول)`,
  },
  {
    language: 'Hindi',
    refuses: String.raw`[^।.]{0,60}(?:मदद|सहायता|उत्तर|जवाब|प्रदान|पूरा)[^।.]{0,20}नहीं (?:कर|दे) (?:सकता|सकती|पाऊँगा|पाऊंगा)`,
    unsure: String.raw`(?:मुझे (?:पक्का|ठीक से) नहीं पता|मुझे यकीन नहीं|कहना मुश्किल है)`,
  },
];

/** "I'm sorry" in any language: a few words up to the first comma or full stop. */
const apology = String.raw`(?:[^.,!，。、！،]{0,40}[.,!，。、！،]\s*)?`;
const apologyInEnglish = String.raw`(?:(?:(?:i(?:['’]?m| am)(?: \w+){0,2} )?sorry|(?:my |sincere )*apologies|i(?: sincerely| do)? apologi[sz]e|unfortunately|no|i understand|i appreciate)(?: (?:for|about|that|your) [^.,!]{1,60})?[,.!:;–—-]?\s*)?`;

const refusal = new RegExp(
  `^(?:${wordings
    .map(({ language, refuses }) => `${language === 'English' ? apologyInEnglish : apology}${refuses}`)
    .join('|')})`,
  'iu',
);
const doubt = new RegExp(wordings.map(({ unsure }) => unsure).join('|'), 'iu');

/** Words that ask for something missing from the prompt, or for its meaning. */
const question = new RegExp(
  [
    String.raw`\bi(?:['’]ll| will| would)? need (?:more|some|the|a bit more|additional|further) (?:information|details|context|text|\p{L}+ (?:that|which|you|in order|to))`,
    String.raw`\b(?:please|could you|can you|would you)(?: please)? (?:paste|provide|share|send|upload|attach|clarify|specify)\b`,
    String.raw`\b(?:you have not|you haven['’]t|you did not|you didn['’]t|i do not see|i don['’]t see)(?: seem to have)? (?:provide|paste|attach|include|share|specif|any|the|a|your)`,
    String.raw`\b(?:it looks like|it seems)(?: that)? (?:you|the) [^.?]{0,40}(?:forgot|missing|not included|no text|empty)`,
  ].join('|'),
  'iu',
);

/** A model that finds no answer in the material has tried, so this is no refusal. */
const abstention = new RegExp(
  `^${apologyInEnglish}(?:(?:but|however),? )*${unable} ${String.raw`(?:find|answer|determine)\b[^.]{0,60}\b(?:in|from|by|on|with|using) (?:only )?(?:the|this|these|your|my)(?: (?:provided|given|supplied|available|retrieved|above|following))* (?:context|documents?|passages?|texts?|excerpts?|sources?|articles?|materials?|knowledge base)\b`}`,
  'iu',
);

/** A refusal is searched for in this many characters at the beginning. */
const opening = 300;
/** A longer answer contains more than a question back. */
const longestQuestion = 400;
/** Bold, headings and quotation marks around a model's first words. */
const marks = /[*_`#>"“”]+/gu;

/** Whether an answer begins by declining, in one of fifteen languages. */
export function isRefusal(text: string): boolean {
  const begins = beginning(text);
  return refusal.test(begins) && !abstention.test(begins);
}

/** Whether an answer says that the material in the prompt does not contain the answer. English only. */
export function abstains(text: string): boolean {
  return abstention.test(beginning(text));
}

function beginning(text: string): string {
  return text.slice(0, opening).replaceAll(marks, '').trimStart();
}

/** Whether an answer says that it may be wrong. */
export function isUnsure(text: string): boolean {
  return doubt.test(text);
}

/** Whether an answer only asks for more information. English only. */
export function asksBack(text: string): boolean {
  return text.length <= longestQuestion && question.test(text);
}
