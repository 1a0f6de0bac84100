import path from 'node:path';
import { Uri, window } from 'vscode';
import { knownFacts, officialDatasets, officialNames } from '../../contract/datasets';
import type { RobustnessEvaluation } from '../../contract/evaluation';
import { normTitle, radiusText, threatTitle } from '../../contract/evaluationNames';
import { askOption, askSteps, askText, type Option, type Step as StepOf } from '../dialogue';
import {
  attackListProblem,
  type CheckpointChoice,
  type EvaluationChoice,
  measuredSeconds,
  radiiAround,
  readRadii,
  readRange,
} from './choices';
import type { RunSubject } from './subject';

const title = 'Evaluate Robustness';

/** What is to be evaluated, as far as it is known before anybody is asked. */
export interface Subject {
  /** Undefined: to be asked for. */
  readonly checkpoint?: CheckpointChoice;
  readonly run?: RunSubject;
  /** For a checkpoint outside runs. */
  readonly workspace: string;
  /** What was evaluated before, for estimates. */
  readonly earlier: readonly RobustnessEvaluation[];
}

type Draft = { -readonly [Key in keyof EvaluationChoice]?: EvaluationChoice[Key] | undefined };
type Step = StepOf<Draft>;

/** Asks what to evaluate and how, a few short lists with the usual choice first. */
export async function askEvaluation(subject: Subject): Promise<EvaluationChoice | undefined> {
  const { checkpoint, run } = subject;
  const steps: Step[] = [
    ...(checkpoint ? [] : [askCheckpoint(subject)]),
    askAttack,
    ...(run?.norm && run.epsilon !== undefined ? [] : [askNorm]),
    askRadius(subject),
    askExamples(subject),
  ];
  const first: Draft = { checkpoint, norm: run?.norm };
  const { attack, norm, epsilons, examples, ...rest } = (await askSteps(title, () => steps, first)) ?? {};
  if (!rest.checkpoint || attack === undefined || !norm || !epsilons) return undefined;
  return { checkpoint: rest.checkpoint, attack, norm, epsilons, ...(examples ? { examples } : {}) };
}

function askCheckpoint({ run, workspace }: Subject): Step {
  const file = { label: '$(folder-opened) Another file…', description: 'safetensors, ours or from PyTorch' };
  return async place => {
    const known = (run?.checkpoints ?? []).map((name, i) => ({
      label: path.basename(name, '.safetensors'),
      description: i === 0 ? 'greatest robust accuracy on held-out images' : 'end of training',
      value: { file: name },
    }));
    const options: Option<CheckpointChoice | undefined>[] = [...known, { ...file, value: undefined }];
    const answer = await askOption(place, 'Which checkpoint?', options);
    if (answer === undefined || answer === 'back') return answer;
    const checkpoint = answer.value ?? (await askCheckpointFile(workspace));
    return checkpoint && { value: { checkpoint } };
  };
}

/** Asks for a checkpoint outside runs, and what its data is. */
export async function askCheckpointFile(
  workspace: string,
  given?: string,
): Promise<CheckpointChoice | undefined> {
  const file = given ?? (await askFile(workspace));
  if (file === undefined) return undefined;
  const place = { title, step: 1, totalSteps: 1 };
  const options: Option<string | undefined>[] = [
    ...officialNames.map(name => ({ label: name, description: officialDatasets[name].title, value: name })),
    {
      label: '$(folder-opened) A folder…',
      description: 'of IDX files, or of images in test/<class>',
      value: undefined,
    },
  ];
  const answer = await askOption(place, `On which dataset is ${path.basename(file)} evaluated?`, options);
  if (answer === undefined || answer === 'back') return undefined;
  const dataset = answer.value ?? (await askFolder(workspace));
  return dataset === undefined ? undefined : { file, dataset, workspace };
}

const attackOptions: readonly Option<string | undefined>[] = [
  {
    label: 'AutoAttack',
    description: 'standard: APGD-CE, APGD-T, FAB-T, Square',
    detail: 'What papers report. Figures of weaker attacks alone may be far too high.',
    value: 'autoattack',
  },
  {
    label: 'AutoAttack plus',
    description: 'with five restarts, APGD-DLR and FAB',
    detail: 'For randomised defences, and where standard raises a warning.',
    value: 'autoattack-plus',
  },
  { label: 'PGD-20', description: '20 steps on cross-entropy', value: 'pgd-20' },
  { label: 'PGD-100', description: '100 steps on cross-entropy', value: 'pgd-100' },
  { label: 'CW-20', description: '20 steps on the margin of Carlini and Wagner', value: 'cw-20' },
  { label: 'FGSM', description: 'a single step: a quick look', value: 'fgsm' },
  { label: '$(list-ordered) A list…', description: 'for example fgsm,pgd-20,autoattack', value: undefined },
];

const askAttack: Step = async place => {
  const answer = await askOption(place, 'With which attack?', attackOptions);
  if (answer === undefined || answer === 'back') return answer;
  const attack =
    answer.value ??
    (
      await askText(
        title,
        'Attacks, separated by commas: each sees what the ones before it have left.',
        'fgsm,pgd-20,autoattack',
        text => {
          const problem = attackListProblem(text);
          return problem === undefined ? { list: text.replaceAll(/\s/g, '') } : problem;
        },
      )
    )?.list;
  return attack === undefined ? undefined : { value: { attack } };
};

const askNorm: Step = async place => {
  const answer = await askOption<'linf' | 'l2'>(place, 'In which norm may pixels change?', [
    { label: normTitle('linf'), description: 'every pixel by at most the radius', value: 'linf' },
    { label: normTitle('l2'), description: 'the Euclidean length of the change', value: 'l2' },
  ]);
  return typeof answer === 'object' ? { value: { norm: answer.value } } : answer;
};

function askRadius({ run }: Subject): Step {
  return async (place, { norm = 'linf' }) => {
    const isOwn = run?.epsilon !== undefined && run.norm === norm;
    const own = isOwn ? run.epsilon : undefined;
    const usual = norm === 'l2' ? [128 / 255] : [8 / 255, 0.3];
    const radii = own === undefined ? usual : [own];
    const curve = radiiAround(radii[0] ?? 8 / 255);
    const options: Option<readonly number[] | undefined>[] = [
      ...radii.map(epsilon => ({
        label: threatTitle({ norm, epsilon }),
        description: own === undefined ? '' : "the run's own",
        value: [epsilon],
      })),
      {
        label: `$(graph-line) ${curve.map(radiusText).join(', ')}`,
        description: 'one after the other: a robustness curve',
        value: curve,
      },
      {
        label: '$(edit) Other radii…',
        description: 'one or several, in pixel values of [0, 1]',
        value: undefined,
      },
    ];
    const answer = await askOption(place, 'How far may pixels change?', options);
    if (answer === undefined || answer === 'back') return answer;
    const epsilons =
      answer.value ??
      (await askText(
        title,
        'Radii in pixel values of [0, 1], separated by commas',
        radiusText(radii[0] ?? 0.1),
        readRadii,
      ));
    return epsilons && { value: { epsilons } };
  };
}

function askExamples({ run, earlier }: Subject): Step {
  return async (place, { attack = '', epsilons = [], checkpoint }) => {
    const time = (count: number | undefined) => {
      if (count === undefined) return '';
      const seconds = measuredSeconds(earlier, attack, count * epsilons.length);
      return seconds === undefined ? '' : `about ${duration(seconds)}, as measured before`;
    };
    const isOther = checkpoint !== undefined && 'dataset' in checkpoint;
    const all = isOther ? knownFacts(checkpoint.dataset)?.testExamples : run?.testExamples;
    const firsts = [1000, 200].filter(count => all === undefined || count < all);
    const options: Option<EvaluationChoice['examples'] | 'ask'>[] = [
      ...firsts.map(count => ({
        label: `First ${count.toLocaleString('en-US')}`,
        description: time(count),
        value: { from: 0, to: count },
      })),
      {
        label: all === undefined ? 'All' : `All ${all.toLocaleString('en-US')}`,
        description: time(all) || 'what papers report',
        value: undefined,
      },
      { label: '$(edit) Other…', description: 'from A to before B', value: 'ask' },
    ];
    const answer = await askOption(place, 'On which test examples?', options);
    if (answer === undefined || answer === 'back') return answer;
    if (answer.value !== 'ask') return { value: { examples: answer.value } };
    const examples = await askText(
      title,
      'Test examples from A to before B, counted from 0',
      '0..500',
      text => readRange(text) ?? 'Expected two numbers such as 0..500, the second the greater.',
    );
    return examples && { value: { examples } };
  };
}

async function askFile(workspace: string): Promise<string | undefined> {
  const [chosen] =
    (await window.showOpenDialog({
      title: 'Checkpoint to evaluate',
      defaultUri: Uri.file(workspace),
      filters: { Checkpoint: ['safetensors'] },
    })) ?? [];
  return chosen?.fsPath;
}

async function askFolder(workspace: string): Promise<string | undefined> {
  const [chosen] =
    (await window.showOpenDialog({
      title: 'Folder of the dataset',
      defaultUri: Uri.file(workspace),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return chosen?.fsPath;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
