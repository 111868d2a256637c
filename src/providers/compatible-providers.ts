import type { OpenAICompatible } from './openai-compatible.ts';

type Row = readonly [
  id: string,
  name: string,
  baseUrl: string,
  apiKeyFrom: string | readonly string[],
  differences?: Partial<OpenAICompatible>,
];

const unlisted = { modelsPath: false } as const;
/** The variable is also, or mainly, the key to other services of the same company. */
const shared = { keyIsShared: true } as const;

/** Providers that disable thinking with their own field and ignore the effort `none`. */
const thinking = { quirks: { thinkingSwitch: 'thinking', reasoningField: 'reasoning_content' } } as const;
const enableThinking = {
  quirks: { thinkingSwitch: 'enable_thinking', reasoningField: 'reasoning_content' },
} as const;
/** Providers that accept reasoning back in the field in which they return it. */
const thoughtsBack = { quirks: { reasoningField: 'reasoning_content' } } as const;

/** Providers that reject a list of texts instead of a string. */
const plainContent = { quirks: { plainContent: true } } as const;

/** Since Kimi K2.5 their values are fixed, and any other is an error. https://platform.kimi.ai/docs/api/models-overview */
const sampling = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'];

/** https://platform.kimi.ai/docs/guide/use-thinking-models */
const moonshot = {
  quirks: {
    ...thinking.quirks,
    demandsThoughts: true,
    alwaysThinks: ['kimi-k2-thinking*', 'kimi-k2.7*', 'kimi-k3*'],
    forcedToolChoice: 'without-thinking',
    // https://github.com/UKGovernmentBEIS/inspect_ai/pull/5152
    modelForcedToolChoice: { 'kimi-k3*': 'unnamed' },
    modelRefuses: { 'kimi-k2-*': [], 'kimi-k*': sampling },
    // https://platform.kimi.ai/docs/guide/use-reasoning-effort. Kimi Code maps the others to the next higher one.
    modelEfforts: { 'kimi-k3*': ['low', 'high', 'max'], 'kimi-k2*': [] },
    roundsEffortsUp: true,
    cachedTokensField: 'cached_tokens',
    maxStopSequences: 5,
    continues: 'partial',
  },
} as const;
/** https://platform.xiaomimimo.com, announced to developers on 12 May 2026. */
const xiaomi = { quirks: { ...thinking.quirks, demandsThoughts: true } } as const;

/** Providers with OpenAI's chat format that need no file of their own. No key variable belongs to two of them. */
const rows: readonly Row[] = [
  ['abacus', 'Abacus.AI RouteLLM', 'https://routellm.abacus.ai/v1', 'ABACUS_API_KEY'],
  ['ai21', 'AI21 Labs', 'https://api.ai21.com/studio/v1', 'AI21_API_KEY'],
  ['aihubmix', 'AIHubMix', 'https://aihubmix.com/v1', 'AIHUBMIX_API_KEY'],
  ['aimlapi', 'AI/ML API', 'https://api.aimlapi.com/v1', 'AIML_API_KEY'],
  ['akashml', 'AkashML', 'https://api.akashml.com/v1', 'AKASHML_API_KEY'],
  [
    'alibaba',
    'Alibaba Model Studio',
    'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    'DASHSCOPE_API_KEY',
    enableThinking,
  ],
  [
    'alibaba-cn',
    'Alibaba Model Studio (China)',
    'https://dashscope.aliyuncs.com/compatible-mode/v1',
    [],
    enableThinking,
  ],
  ['ambient', 'Ambient', 'https://api.ambient.xyz/v1', 'AMBIENT_API_KEY'],
  ['arcee', 'Arcee AI', 'https://api.arcee.ai/api/v1', 'ARCEE_API_KEY'],
  ['atlascloud', 'Atlas Cloud', 'https://api.atlascloud.ai/v1', 'ATLASCLOUD_API_KEY'],
  ['avian', 'Avian', 'https://api.avian.io/v1', 'AVIAN_API_KEY'],
  ['baichuan', 'Baichuan', 'https://api.baichuan-ai.com/v1', 'BAICHUAN_API_KEY'],
  ['baseten', 'Baseten', 'https://inference.baseten.co/v1', 'BASETEN_API_KEY'],
  ['berget', 'Berget AI', 'https://api.berget.ai/v1', 'BERGET_API_KEY'],
  ['chutes', 'Chutes', 'https://llm.chutes.ai/v1', 'CHUTES_API_KEY'],
  ['clarifai', 'Clarifai', 'https://api.clarifai.com/v2/ext/openai/v1', 'CLARIFAI_PAT'],
  [
    'cloudferro',
    'CloudFerro Sherlock',
    'https://api-sherlock.cloudferro.com/openai/v1',
    'CLOUDFERRO_SHERLOCK_API_KEY',
  ],
  [
    'cloudflare',
    'Cloudflare Workers AI',
    'https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1',
    ['CLOUDFLARE_API_KEY', 'CLOUDFLARE_API_TOKEN'],
    { ...unlisted, ...shared },
  ],
  ['cohere', 'Cohere', 'https://api.cohere.ai/compatibility/v1', ['COHERE_API_KEY', 'CO_API_KEY']],
  ['cometapi', 'CometAPI', 'https://api.cometapi.com/v1', 'COMETAPI_KEY'],
  ['cortecs', 'Cortecs', 'https://api.cortecs.ai/v1', 'CORTECS_API_KEY'],
  ['crusoe', 'Crusoe', 'https://api.inference.crusoecloud.com/v1', 'CRUSOE_API_KEY'],
  [
    'databricks',
    'Databricks',
    'https://{DATABRICKS_HOST}/serving-endpoints',
    'DATABRICKS_TOKEN',
    { ...unlisted, ...shared },
  ],
  ['deepinfra', 'DeepInfra', 'https://api.deepinfra.com/v1/openai', ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN']],
  ['digitalocean', 'DigitalOcean', 'https://inference.do-ai.run/v1', 'DIGITALOCEAN_ACCESS_TOKEN', shared],
  ['doubleword', 'Doubleword', 'https://api.doubleword.ai/v1', 'DOUBLEWORD_API_KEY'],
  ['evroc', 'evroc', 'https://models.think.evroc.com/v1', 'EVROC_API_KEY'],
  ['fastrouter', 'FastRouter', 'https://go.fastrouter.ai/api/v1', 'FASTROUTER_API_KEY'],
  ['featherless', 'Featherless', 'https://api.featherless.ai/v1', 'FEATHERLESS_API_KEY'],
  ['fireworks', 'Fireworks AI', 'https://api.fireworks.ai/inference/v1', 'FIREWORKS_API_KEY'],
  ['friendli', 'Friendli', 'https://api.friendli.ai/serverless/v1', 'FRIENDLI_TOKEN'],
  [
    'github-models',
    'GitHub Models',
    'https://models.github.ai/inference',
    'GITHUB_TOKEN',
    { ...unlisted, ...shared },
  ],
  ['gmicloud', 'GMI Cloud', 'https://api.gmi-serving.com/v1', ['GMICLOUD_API_KEY', 'GMI_API_KEY']],
  ['greenpt', 'GreenPT', 'https://api.greenpt.ai/v1', 'GREENPT_API_KEY'],
  ['helicone', 'Helicone AI Gateway', 'https://ai-gateway.helicone.ai/v1', 'HELICONE_API_KEY'],
  ['heroku', 'Heroku Managed Inference (US)', 'https://us.inference.heroku.com/v1', 'INFERENCE_KEY'],
  ['heroku-eu', 'Heroku Managed Inference (EU)', 'https://eu.inference.heroku.com/v1', []],
  ['hetzner', 'Hetzner', 'https://inference.hetzner.com/api/v1', 'HETZNER_API_KEY', shared],
  ['hpc-ai', 'HPC-AI', 'https://api.hpc-ai.com/inference/v1', 'HPC_AI_API_KEY'],
  ['huggingface', 'Hugging Face', 'https://router.huggingface.co/v1', 'HF_TOKEN', shared],
  ['hunyuan', 'Tencent Hunyuan', 'https://api.hunyuan.cloud.tencent.com/v1', 'HUNYUAN_API_KEY'],
  ['hyperbolic', 'Hyperbolic', 'https://api.hyperbolic.xyz/v1', 'HYPERBOLIC_API_KEY'],
  ['iflow', 'iFlow', 'https://apis.iflow.cn/v1', 'IFLOW_API_KEY'],
  ['inception', 'Inception', 'https://api.inceptionlabs.ai/v1', 'INCEPTION_API_KEY'],
  ['inceptron', 'Inceptron', 'https://api.inceptron.io/v1', 'INCEPTRON_API_KEY'],
  ['inference-net', 'Inference.net', 'https://api.inference.net/v1', 'INFERENCE_API_KEY'],
  [
    'infomaniak',
    'Infomaniak',
    'https://api.infomaniak.com/2/ai/{INFOMANIAK_PRODUCT_ID}/openai/v1',
    'INFOMANIAK_API_KEY',
  ],
  ['io-net', 'IO Intelligence', 'https://api.intelligence.io.solutions/api/v1', 'IOINTELLIGENCE_API_KEY'],
  ['ionos', 'IONOS AI Model Hub', 'https://openai.inference.de-txl.ionos.com/v1', 'IONOS_API_KEY'],
  ['jiekou', 'Jiekou.AI', 'https://api.jiekou.ai/openai', 'JIEKOU_API_KEY'],
  ['kilo', 'Kilo Gateway', 'https://api.kilo.ai/api/gateway', 'KILO_API_KEY'],
  ['llama-api', 'Llama API', 'https://api.llama.com/compat/v1', 'LLAMA_API_KEY'],
  ['llmgateway', 'LLM Gateway', 'https://api.llmgateway.io/v1', 'LLMGATEWAY_API_KEY'],
  ['longcat', 'LongCat', 'https://api.longcat.chat/openai/v1', 'LONGCAT_API_KEY'],
  ['meganova', 'Meganova', 'https://api.meganova.ai/v1', 'MEGANOVA_API_KEY'],
  ['minimax', 'MiniMax', 'https://api.minimax.io/v1', 'MINIMAX_API_KEY', thoughtsBack],
  ['minimax-cn', 'MiniMax (China)', 'https://api.minimaxi.com/v1', [], thoughtsBack],
  ['mixlayer', 'Mixlayer', 'https://models.mixlayer.ai/v1', 'MIXLAYER_API_KEY'],
  ['moark', 'Moark', 'https://moark.com/v1', 'MOARK_API_KEY'],
  ['modal', 'Modal', 'https://inference.us-west.modal.direct/v1', 'MODAL_PROXY_TOKEN', shared],
  ['modelscope', 'ModelScope', 'https://api-inference.modelscope.cn/v1', 'MODELSCOPE_API_KEY'],
  [
    'moonshot',
    'Moonshot AI',
    'https://api.moonshot.ai/v1',
    'MOONSHOT_API_KEY',
    { ...moonshot, otherNames: ['moonshot-ai'] },
  ],
  ['moonshot-cn', 'Moonshot AI (China)', 'https://api.moonshot.cn/v1', [], moonshot],
  ['morph', 'Morph', 'https://api.morphllm.com/v1', 'MORPH_API_KEY'],
  ['nano-gpt', 'NanoGPT', 'https://nano-gpt.com/api/v1', 'NANO_GPT_API_KEY'],
  ['near-ai', 'NEAR AI Cloud', 'https://cloud-api.near.ai/v1', 'NEARAI_API_KEY'],
  ['nebius', 'Nebius Token Factory', 'https://api.tokenfactory.nebius.com/v1', 'NEBIUS_API_KEY'],
  ['neuralwatt', 'Neuralwatt', 'https://api.neuralwatt.com/v1', 'NEURALWATT_API_KEY'],
  ['nova', 'Amazon Nova API', 'https://api.nova.amazon.com/v1', 'NOVA_API_KEY'],
  ['novita', 'Novita AI', 'https://api.novita.ai/openai/v1', 'NOVITA_API_KEY'],
  ['nscale', 'Nscale', 'https://inference.api.nscale.com/v1', ['NSCALE_SERVICE_TOKEN', 'NSCALE_API_KEY']],
  ['nvidia', 'NVIDIA NIM', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_API_KEY', plainContent],
  ['ollama-cloud', 'Ollama Cloud', 'https://ollama.com/v1', 'OLLAMA_API_KEY'],
  ['opencode', 'OpenCode Zen', 'https://opencode.ai/zen/v1', 'OPENCODE_API_KEY'],
  ['opper', 'Opper', 'https://api.opper.ai/v3/compat', 'OPPER_API_KEY'],
  [
    'ovhcloud',
    'OVHcloud AI Endpoints',
    'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    ['OVHCLOUD_API_KEY', 'OVH_AI_ENDPOINTS_ACCESS_TOKEN'],
  ],
  ['parasail', 'Parasail', 'https://api.parasail.io/v1', 'PARASAIL_API_KEY'],
  [
    'perplexity',
    'Perplexity',
    'https://api.perplexity.ai',
    'PERPLEXITY_API_KEY',
    { ...unlisted, quirks: { tellsCost: 'cost.total_cost', actsOn: { web_search_options: ['*'] } } },
  ],
  ['poe', 'Poe', 'https://api.poe.com/v1', 'POE_API_KEY'],
  ['poolside', 'Poolside', 'https://inference.poolside.ai/v1', 'POOLSIDE_API_KEY'],
  ['ppio', 'PPIO', 'https://api.ppinfra.com/v3/openai', 'PPIO_API_KEY'],
  ['publicai', 'Public AI', 'https://api.publicai.co/v1', 'PUBLICAI_API_KEY'],
  ['qianfan', 'Baidu Qianfan', 'https://qianfan.baidubce.com/v2', 'QIANFAN_API_KEY'],
  ['qiniu', 'Qiniu', 'https://api.qnaigc.com/v1', 'QINIU_API_KEY'],
  ['redpill', 'RedPill (Phala)', 'https://api.redpill.ai/v1', 'REDPILL_API_KEY'],
  ['regolo', 'Regolo AI', 'https://api.regolo.ai/v1', 'REGOLO_API_KEY'],
  ['reka', 'Reka', 'https://api.reka.ai/v1', 'REKA_API_KEY'],
  ['requesty', 'Requesty', 'https://router.requesty.ai/v1', 'REQUESTY_API_KEY'],
  ['sakana', 'Sakana AI', 'https://api.sakana.ai/v1', 'SAKANA_API_KEY'],
  ['sambanova', 'SambaNova', 'https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY', plainContent],
  ['sarvam', 'Sarvam AI', 'https://api.sarvam.ai/v1', 'SARVAM_API_KEY'],
  [
    'scaleway',
    'Scaleway',
    'https://api.scaleway.ai/v1',
    ['SCALEWAY_API_KEY', 'SCW_SECRET_KEY'],
    // https://github.com/scaleway/docs-content/issues/6712
    { ...shared, quirks: { formatWithTools: false } },
  ],
  ['sensenova', 'SenseNova', 'https://api.sensenova.cn/compatible-mode/v1', 'SENSENOVA_API_KEY'],
  ['siliconflow', 'SiliconFlow', 'https://api.siliconflow.com/v1', 'SILICONFLOW_API_KEY', thoughtsBack],
  [
    'siliconflow-cn',
    'SiliconFlow (China)',
    'https://api.siliconflow.cn/v1',
    'SILICONFLOW_CN_API_KEY',
    thoughtsBack,
  ],
  [
    'snowflake',
    'Snowflake Cortex',
    'https://{SNOWFLAKE_ACCOUNT}.snowflakecomputing.com/api/v2/cortex/v1',
    'SNOWFLAKE_CORTEX_PAT',
    { ...unlisted, quirks: { maxTokensField: 'max_completion_tokens' } },
  ],
  [
    'stackit',
    'STACKIT',
    'https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1',
    'STACKIT_API_KEY',
  ],
  ['stepfun', 'StepFun', 'https://api.stepfun.ai/v1', 'STEPFUN_API_KEY'],
  ['stepfun-cn', 'StepFun (China)', 'https://api.stepfun.com/v1', []],
  ['submodel', 'Submodel', 'https://llm.submodel.ai/v1', 'SUBMODEL_INSTAGEN_ACCESS_KEY'],
  ['synthetic', 'Synthetic', 'https://api.synthetic.new/openai/v1', 'SYNTHETIC_API_KEY'],
  ['targon', 'Targon', 'https://api.targon.com/v1', 'TARGON_API_KEY'],
  ['tencent-tokenhub', 'Tencent TokenHub', 'https://tokenhub.tencentmaas.com/v1', 'TENCENT_TOKENHUB_API_KEY'],
  ['tensorx', 'TensorX', 'https://api.tensorx.ai/v1', 'TENSORX_API_KEY'],
  ['tinfoil', 'Tinfoil', 'https://inference.tinfoil.sh/v1', 'TINFOIL_API_KEY'],
  ['together', 'Together AI', 'https://api.together.xyz/v1', 'TOGETHER_API_KEY'],
  ['upstage', 'Upstage', 'https://api.upstage.ai/v1', 'UPSTAGE_API_KEY'],
  ['v0', 'v0', 'https://api.v0.dev/v1', 'V0_API_KEY'],
  ['venice', 'Venice AI', 'https://api.venice.ai/api/v1', 'VENICE_API_KEY'],
  ['vercel', 'Vercel AI Gateway', 'https://ai-gateway.vercel.sh/v1', 'AI_GATEWAY_API_KEY'],
  [
    'volcengine',
    'Volcengine Ark',
    'https://ark.cn-beijing.volces.com/api/v3',
    'ARK_API_KEY',
    { ...unlisted, ...thinking },
  ],
  ['vultr', 'Vultr', 'https://api.vultrinference.com/v1', 'VULTR_API_KEY', shared],
  ['wandb', 'W&B Inference (CoreWeave)', 'https://api.inference.wandb.ai/v1', 'WANDB_API_KEY', shared],
  ['writer', 'Writer', 'https://api.writer.com/v1', 'WRITER_API_KEY'],
  ['xiaomi', 'Xiaomi MiMo', 'https://api.xiaomimimo.com/v1', 'XIAOMI_API_KEY', xiaomi],
  ['yi', '01.AI', 'https://api.lingyiwanwu.com/v1', 'YI_API_KEY'],
  ['zai', 'Z.ai', 'https://api.z.ai/api/paas/v4', 'ZAI_API_KEY', { ...unlisted, ...thinking }],
  ['zenmux', 'ZenMux', 'https://zenmux.ai/api/v1', 'ZENMUX_API_KEY'],
  [
    'zhipu',
    'Zhipu AI',
    'https://open.bigmodel.cn/api/paas/v4',
    'ZHIPU_API_KEY',
    { ...unlisted, ...thinking },
  ],
];

export const compatibleProviders: readonly OpenAICompatible[] = rows.map(
  ([id, name, baseUrl, apiKeyFrom, differences]) => ({ id, name, baseUrl, apiKeyFrom, ...differences }),
);
