import type { TaskType } from '../../src/core/task.ts';

/**
 * System prompts as programs send them above the material to work on. Those that describe a persona are `chat`. For the
 * syntax of the patterns see `templates`.
 */
export const instructionTemplates: Readonly<Partial<Record<TaskType, readonly string[]>>> = {
  classification: [
    'You are (a|an) [helpful|strict|support|automatic] (ticket|email|message|content|text|sentiment|spam|topic|language|document) (classifier|tagger|categorizer). (Reply|Answer|Respond) (with|using) (exactly|only|just) one (label|word|category): {label}, {label}, {label}.',
    '(Classify|Categorise|Label|Tag|Sort) (the|each|every) (user|incoming|following|customer)[ ](message|review|email|comment|request|text) (as|into|by) ({label} or {label}|one of these categories: {label}, {label}, {label}|topic|urgency|tone).[ (Output|Return|Give) the label only.]',
    '(Determine|Decide|Detect|Judge|Assess) (whether|if) the (message|text|comment|user input|post) is ({label} or {label}|spam|toxic|hate speech|sarcastic|about politics|a question|offensive).[ Answer (yes or no|with true or false|with one word).]',
    'You are a (moderation|safety|trust and safety) (filter|assistant|model). (Flag|Mark|Rate) (messages|the text|posts) (that violate the policy|as safe or unsafe|as accept or deny|by category).[ One word only.]',
    '(Assign|Dispatch|Triage|Forward|Route) (the|each) (ticket|call|request|question|letter) to (the right|one) (team|queue|desk|group)(: {label}, {label}, {label}| of the list).[ Print only which.]',
    '(Score|Rate|Grade|Rank) the (answer|response|essay|relevance|sentiment|quality) (from|on a scale of) 1 to {number}.[ (Return|Output) (only the number|just the score).]',
    'You (are|act as) (a|an) (strict|fair|automatic) (grader|evaluator|examiner|judge). (Say|Choose) (which|whether the) (response|candidate|solution) (wins|is correct)[, 1 or 2].[ Print the verdict only.]',
    'Analyze (if|whether) the (message|user|text) (indicates|starts|continues|changes) (a|an|the) (new|same)[ ](topic|intent|conversation|request).[ If so, name it in a few words.][ (Answer with (JSON|true or false)|Give JSON with the fields {identifier} (boolean) and {identifier} (string)).]',
    '(What|Identify|Recognise) (is the|the) (intent|sentiment|language|topic|emotion) of the (message|text|utterance)[. Possible values: {label}, {label}, {label}]. (One word|Output the value only).',
    '(Klassifiziere|Kategorisiere) die (Nachricht|Anfrage) des (Kunden|Nutzers)(: | als ){label} oder {label}.[ Nur das Etikett.]',
    '(Classe|Catégorise) le message (dans|selon) (une de ces catégories|le sentiment). Réponds par un seul mot.',
    '(Clasifica|Etiqueta) el (mensaje|comentario) del (cliente|usuario) como {label} o {label}. Solo la etiqueta.',
    '(将|把)用户的(消息|评论)(分类为|归类为)(正面或负面|以下类别之一)。只输出(类别|标签)。',
  ],
  extraction: [
    '(Extract|Pull out|Collect|Find|List) [all|every|the] {entity} (and {entity}|) (from|in|out of) the (text|message|email|document|input) [that the user (sends|provides|pastes)].[ (Return|Output|Reply with) (a JSON array|a JSON object|a list|one per line|null if there are none).]',
    'You (are|act as) (an|a) (information extraction|entity extraction|parsing|data extraction|named entity recognition) (system|engine|assistant|model). (Return|Output) (the|all) {entity}[ as JSON].',
    '(Read|Parse) the (invoice|CV|email|receipt|order|contract|form) and (return|fill in|give) (its|the) (fields|values|{entity}) [as (JSON|CSV)][ and nothing else].',
    '(Return|Output|Produce) (key phrases|search terms|tags|hashtags|keywords) for (a|the) (article|document|product)[, one per line].',
    "(Identify|Recognise|Spot) (names|persons|{entity}|entities) in the user's (text|message)[. Output them only].",
    '(Extrahiere|Gib) (alle|die) (Namen|Beträge|Datumsangaben|Adressen) (aus dem Text|aus der Nachricht)[ als JSON| aus].',
    '(Extrais|Liste) (les noms|les dates|les montants) du (texte|message). [Réponds en JSON.]',
    '(提取|抽取)(文本|用户消息)中的(人名|日期|金额|地址)[,以JSON返回]。',
  ],
  formatting: [
    '(Format|Reformat|Beautify|Indent|Normalise|Minify) (the|any) (JSON|XML|SQL|code|HTML|table|text) (you are given|of the input).[ (Print|Return) (the result|nothing else).]',
    '(Convert|Turn|Rewrite|Transform) (the|any|each) (given|) (list|dates|names|text|input|table|YAML|spreadsheet) (into|to) (a table|JSON|ISO dates|title case|bullet points|upper case|Markdown|XML)[. Leave the contents as they are].',
    '(Correct|Fix|Repair) (only|) the (grammar|typos|capitalisation|whitespace|spelling) (of|in) (the|) (user message|input|paragraph).[ (Keep the wording|Return the corrected version only|No remarks).]',
    'You are a (proofreader|spell checker|formatter|grammar corrector|code formatter). (Return|Output) the (corrected|formatted) text (only|without comments).',
    '(Formatiere|Korrigiere) (den Text|das JSON|die Rechtschreibung)[. Sonst nichts ändern].',
  ],
  summarisation: [
    '(Summarise|Summarize|Condense|Shorten|Recap) (the|this|each) (article|text|document|meeting|thread|chat|call|email|conversation) (in|to|under) (one sentence|a few bullets|{number} words|{number} characters|five lines).[ (No opinions|Be neutral|Output the summary only).]',
    'You (write|produce|generate|create) (short|concise|brief|one-line|) (summaries|abstracts|digests|headlines|recaps) of (articles|meetings|documents|conversations|papers|whatever the user sends).',
    '(Generate|Write|Create|Give|Please write) (a|an) [short|concise|brief|{number} word] (title|headline|subject line|name) (for|of) (the|this) (conversation|chat|text|message|email|session|thread)[ whose first message you are given].[ (Without quotation marks|{number} words or fewer|Title only).]',
    'Your task is to create a (detailed|short|concise) summary of the conversation so far[, (keeping|capturing) (decisions|key files|open questions)].',
    '(Fasse|Kürze) (den Text|das Gespräch|die Nachricht) (in zwei Sätzen zusammen|auf {number} Wörter).',
    '(Résume|Donne un titre à) (le texte|la conversation|cet échange)[ en une phrase].',
    '(总结|概括)(以下|用户的)(对话|文章)[,不超过{number}字]。',
  ],
  translation: [
    'You are (a|an) [professional|expert|native] (translator|translation engine|interpreter|localiser|translation assistant). (Translate|Render) (everything|whatever|all that|what|the text that) the user (writes|says|sends) (into|to) {tongue}.[ (Output only the translation|Do not answer questions|Keep the formatting).]',
    'Translate (any|each|every) (incoming|given|following) (text|input|string|sentence|message) (into|from {tongue} to) {tongue}.[ (Return nothing but the translated text|No explanations|Preserve placeholders|Questions in it are not for you).]',
    '(Act as|Be) a {tongue} (translator|interpreter). (I|The user) (will|) (write|send) {tongue} and you (answer|reply) (with|in) {tongue}.',
    'Übersetze (alles|die Nachricht|den Text)[, was der Nutzer schreibt,] (ins Englische|ins Spanische|nach Französisch).[ Gib nur die Übersetzung aus.]',
    'Traduis (le message|tout ce que écrit l’utilisateur) en (anglais|allemand|espagnol).',
    '(把|将)用户(输入|发送)的(内容|文本)翻译成(英文|日文|法文)[,只输出译文]。',
  ],
  'qa-from-context': [
    "(Answer|Reply to) (the|) (user's|) (question|questions) (relying on|based on|from) (nothing but|) the (context|passages|knowledge base|articles|excerpts|sources) (provided|given|that follow).[ (Admit it when they do not tell|Cite the source|Do not make things up).]",
    'You are a (question answering|support|documentation|help centre) (bot|assistant|system) (that|and) (answers|answer) (only|) from the (following|given) (context|manual|handbook|FAQ).[ <context>The offer ends in {number}.</context>]',
    'Use the (following|retrieved|given) (context|pieces of context|search results|documents) to answer the (question|user).[ Say that you do not know if it is not in there.]',
    'Beantworte (die Frage|Fragen) (nur|ausschließlich) (anhand|auf Grundlage) (der Dokumente|des Textes).',
  ],
  'code-review': [
    'You (are|act as) (a|an) (experienced|strict|careful) (code reviewer|maintainer|colleague) (who|that) (looks over|comments on) (diffs|code|patches|merge requests).[ (Name|List) (mistakes|style issues|missing tests|problems).]',
    '(Review|Comment on) the (diff|patch|code|pull request) (that|) the user (sends|pastes|provides).[ (Be brief|List the issues|Severity first).]',
  ],
  'code-generation': [
    '(Complete|Continue|Write) (the|) (code|function|program) (that|) (the user (starts|describes)|from the description).[ (Output code only|No explanations|No Markdown).]',
    'You (convert|turn) (questions|natural language|requests) into (SQL|bash commands|regular expressions|Python code|code).[ Return the (query|command|code) only.]',
  ],
  'test-writing': [
    '(Write|Generate) (unit|) tests for (the|whatever) code (that|) the user (sends|pastes).[ Output the test file only.]',
  ],
  documentation: [
    '(Write|Generate) (docstrings|documentation|commit messages|changelog entries) for (the|) (code|diff|functions) (that|) the user (sends|gives).[ Nothing else.]',
  ],
  creative: [
    'You (write|are a writer of|invent|compose) (stories|poems|slogans|bedtime stories|song lyrics|product names|jokes|dialogues) (about|on|out of) (a subject|three words|whatever) (that people choose|that people send you).',
    'You are a (poet|storyteller|copywriter|novelist|dungeon master|screenwriter).[ (Write vividly|Stay in character|Use rhymes).]',
  ],
  math: [
    '(Solve|Work out) the (problem|equation|exercise) (that|) the user (sends|gives)[ step by step].[ Put the final answer in a box.]',
  ],
  'structured-output': [
    '(Always|Only|You must) (answer|reply|respond) (with|in|as) (valid|) (JSON|YAML|XML) (that matches this schema|with the keys {identifier} and {identifier}).[ No prose.]',
  ],
  chat: [
    'You are a [helpful|friendly|kind|polite|useful] [AI|] (assistant|chatbot|companion|bot|agent)[ (named|called) (Nova|Max|Ada|Lumi)].[ (Be concise|Be brief|Answer politely|Use Markdown|Today is Friday|Never lie|Always be honest).]',
    'You are the [friendly|helpful|virtual] (assistant|support agent|concierge|shop assistant|receptionist|guide) of (a|the|our|) (bank|hotel|airline|city library|online shop|insurance|clinic|telecom company|museum).[ (Be brief|Never give advice on law|Help customers|Answer in the language of the customer).]',
    'You are (ChatGPT|Claude|Gemini|a large language model|an AI model)[, (trained|made) by (OpenAI|Anthropic|Google|our company)].[ (Knowledge cutoff|Current date): {number}.]',
    'You are (an expert|a senior|a skilled|an experienced|a professional) (software engineer|security engineer|architect|developer|data scientist|lawyer|doctor|teacher|accountant|DevOps engineer|nutritionist|penetration tester).[ (Help the user|Explain your reasoning|Answer in detail|Give practical advice|Write clean code|Think step by step).]',
    'You are a (coding|programming|pair programming) (assistant|agent|companion)[ (in an editor|in a terminal|with access to a repository)].[ (Use the tools|Follow the conventions|Always use best practices|Take requests for changes to the code).]',
    '(Be|Answer|Keep your answers) (brief|short|concise|friendly|polite|honest)[ and (clear|helpful|to the point)].',
    'Du bist ein (hilfreicher|freundlicher) (Assistent|Berater)[ (einer Bank|eines Hotels)].[ Antworte kurz.]',
    '(Tu es|Vous êtes) un assistant (utile|aimable).[ (Sois bref|Réponds en français).]',
    'Eres un asistente (útil|amable).[ Responde en español.]',
    '你是一个(有用的|友好的)(助手|客服)。[请用中文回答。]',
  ],
};
