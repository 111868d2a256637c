import type { TaskType } from '../../src/core/task.ts';

/**
 * Requests about a system described in prose, without code. They are hard. For the syntax of the patterns see `templates`.
 */
export const troubleTemplates: Readonly<Partial<Record<TaskType, readonly string[]>>> = {
  debugging: [
    '(What|what) (causes|caused|explains|is behind|triggers) (this|the outage|the failures|these errors|the symptoms)?',
    '(Find|Work out|Identify|Determine|Track down) the (root cause|cause|bug|fault|reason)[ (of this|here|please|and how to prove it)]',
    '(Diagnose|Debug|Troubleshoot|Investigate) (this|the following|the problem|the outage|it)[ (problem|for me|step by step|with me)]',
    '(What|Which) (could|might) (be the cause|be wrong|cause this|explain this)[, and (how do I|how can we) (find out|check|prove it)]?',
    '(Where|What) (would|should) (you|I|we) (look|check|measure) (first|next)?',
    '(Why|How) (did|does|could) (this|it) (happen|fail|occur|go wrong|behave like that)[ (to us|under load|every time)]?',
    '(Explain|Tell me) (what (happens|happened|goes wrong) here|why (it|this) (fails|hangs|stops))[ and how to (prove|fix|reproduce) it]',
    '(Root cause analysis|Post-mortem: root cause|Hypotheses, most likely first|Possible causes, ranked)[ please]',
    '(Help me|Please help us) (debug|find|understand|track down|solve) (this|the error|the outage|what is wrong)',
    '(Was|Welche Ursache) (ist die Ursache|könnte das sein|steckt dahinter|hat das)?',
    '(Finde|Such|Hilf mir) (die Ursache|den Fehler|diesen Fehler zu finden)',
    "(Quelle est la cause|D'où vient ce problème|Pourquoi cela arrive-t-il|Trouve la cause) [?]",
    '¿(Cuál es la causa|Por qué ocurre esto|De dónde viene el fallo)?',
    '(找出|分析)(这个问题的|故障的|)(根本原因|原因)',
  ],
  'security-review': [
    '(How|Where) (could|can|would) (this|it|an attacker|somebody) (be attacked|be abused|break this|get in|attack us|cheat)?',
    '(List|Name|Find|Show) (the|all|all the|every) (weaknesses|security holes|vulnerabilities|attack paths|security problems|security risks) (of|in) (this|it|our setup|the following|this design)',
    '(Do|Make|Give me) a (security review|threat model|security audit|risk analysis) of (this|the following|the setup|our concept)[ (description|below)]',
    '(Is|Are) (this|that|our setup|this design|these steps) (safe|secure|a security risk|vulnerable)[ (enough|as described|against attackers)]?',
    '(Threat model|Audit|Pen-test|Assess the security of) (this|the following|our setup|this flow|this concept)',
    '(Threats and mitigations|Attack scenarios|Security holes|Vulnerabilities by severity)[ (for this setup|please|of this)]',
    '(Welche Sicherheitslücken hat das|Wie könnte man das angreifen|Ist das sicher)?',
    '(Quelles sont les failles|Comment un pirate pourrait-il entrer|Est-ce sûr) ?',
    '(分析|找出)(这个|上面的|)(设计|方案|系统)的(安全漏洞|安全风险)',
  ],
  architecture: [
    '(How|With what) (would|should) (you|we) (build|structure|design|architect|scale) (this|such a system|it)[ (and why|from scratch)]?',
    '(Propose|Suggest|Sketch|Recommend|Draft) (an|a target|a suitable) (architecture|system design|design)[ (for this|for these requirements|and its trade-offs|and alternatives)]',
    '(Design|Architect) (a|the) (system|backend|platform|solution) (for|that meets) (this|these requirements|the following|the needs below)',
    '(Which|What) (architecture|components|databases|services|technologies) (would you choose|do we need|fit|should we use)[ (here|and why|for this)]?',
    '(Should|Do) we (split this up|use services|need a queue|change the architecture)[, and how]?',
    '(Weigh|Compare) the (architectural|design) (options|alternatives)[ (for this|for us|here)]',
    '(Entwirf|Schlag) (eine Architektur|ein System)[ (dafür|hierfür)][ vor]',
    '(Conçois|Propose) une architecture[ pour ces besoins]',
    '(设计|推荐)一个(系统架构|合适的架构)',
  ],
};
