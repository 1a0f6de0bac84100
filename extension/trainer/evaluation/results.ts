import type { AccuracyFigure, AttackFigure, RobustnessEvaluation } from '../../contract/evaluation';
import { accuracyFigure } from './figures';
import type { EvaluationJob } from './job';
import type { Stage } from './plan';
import { fates, worstCasePositions } from './state';

type Facts = Pick<EvaluationJob, 'plan' | 'state' | 'labels' | 'indices' | 'victim'>;

/** The accuracy on clean images. */
export function cleanFigure({ state, labels, victim }: Facts): AccuracyFigure {
  const [first = []] = state.fates;
  return accuracyFigure(labels, victim.classes, position => first[position] !== fates.misclassified);
}

/** The accuracy after an attack and those before it in its chain. */
export function stageFigure({ state, plan, labels, victim }: Facts, stage: Stage): AttackFigure {
  const chain = state.fates[stage.chain] ?? [];
  const accuracy = accuracyFigure(labels, victim.classes, position => {
    const fate = chain[position] ?? fates.misclassified;
    return fate === fates.robust || fate > stage.place;
  });
  const record = state.stages[plan.stages.indexOf(stage)];
  const { attacked, broken, seconds, zeroGradients } = record ?? {
    attacked: 0,
    broken: 0,
    seconds: 0,
    zeroGradients: 0,
  };
  return { name: stage.name, entry: stage.entry, ...accuracy, attacked, broken, seconds, zeroGradients };
}

export type EvaluationFigures = Pick<
  RobustnessEvaluation,
  'clean' | 'attacks' | 'worstCase' | 'robustIndices' | 'figures' | 'chains'
>;

/** All accuracies of what has been finished so far. */
export function figuresOf(facts: Facts): EvaluationFigures {
  const { state, plan, labels, indices, victim } = facts;
  const finished = plan.stages.slice(0, state.phase === 'attacks' ? state.stage : 0);
  const figures = finished.map(stage => stageFigure(facts, stage));
  const robust = new Set(worstCasePositions(state));
  const clean = cleanFigure(facts);
  const worstCase = accuracyFigure(labels, victim.classes, position => robust.has(position));
  return {
    clean: clean.accuracy,
    attacks: namedAccuracies(plan.stages, figures),
    worstCase: worstCase.accuracy,
    robustIndices: [...robust].map(position => indices[position] ?? 0),
    figures: { clean, attacks: figures, worstCase },
    chains: state.fates.map((list, chain) => ({
      attacks: plan.stages.filter(stage => stage.chain === chain).map(stage => stage.name),
      fates: list,
    })),
  };
}

/** Every attack by its name, and every finished suite by its own. */
function namedAccuracies(stages: readonly Stage[], figures: readonly AttackFigure[]): Record<string, number> {
  const accuracies: Record<string, number> = {};
  for (const { name, accuracy } of figures) accuracies[name] = accuracy;
  for (const entry of new Set(stages.map(stage => stage.entry))) {
    const last = stages.findLast(stage => stage.entry === entry);
    const figure = figures.find(({ name }) => name === last?.name);
    if (figure) accuracies[entry] ??= figure.accuracy;
  }
  return accuracies;
}
