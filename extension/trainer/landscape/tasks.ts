import type {
  EigenvalueResult,
  LandscapeLoss,
  LandscapeMeasure,
  LandscapeSetting,
  SharpnessResult,
  TraceResult,
  WorstCaseResult,
} from '../../contract/landscape';
import type { Judged } from '../evaluation/robustAccuracy';
import { disposeTensors } from '../models/tensorMap';
import { derive, type Key } from '../random/key';
import { lossesBeside } from './curve';
import { gaussianVector, signVector } from './directions';
import { expectedSharpness, sharpnessEvaluations } from './expectedSharpness';
import { hessianTrace } from './hessianTrace';
import { type Plane, surfaceRow } from './surface';
import { eigenvalueDefaults, topEigenvalue } from './topEigenvalue';
import { lossesAt, type WeightLoss } from './weightLoss';
import { worstCaseSharpness } from './worstCaseSharpness';

/** A loss with its name and what it costs, in forward passes of one example, over all examples. */
export interface NamedLoss {
  readonly name: LandscapeLoss;
  readonly loss: WeightLoss;
  readonly units: { readonly value: number; readonly gradient: number };
}

/** Figures as they grow: see `LandscapeFigures`. */
export interface GrowingFigures {
  readonly sharpness: SharpnessResult[];
  readonly worstCase: WorstCaseResult[];
  readonly eigenvalue: EigenvalueResult[];
  readonly trace: TraceResult[];
  readonly curve: { readonly loss: LandscapeLoss; readonly values: number[] }[];
  readonly surface: { readonly loss: LandscapeLoss; readonly rows: number[][] }[];
}

/** A part of a landscape after which its file is written. */
export interface Task {
  readonly name: string;
  /** Most units it can need. */
  readonly units: number;
  run(): Promise<void>;
}

export interface TaskFacts {
  readonly setting: LandscapeSetting;
  readonly network: Judged;
  readonly losses: readonly NamedLoss[];
  readonly axis: readonly number[];
  /** Needed for curves and surfaces alone. */
  readonly plane?: Plane;
  readonly key: Key;
  readonly figures: GrowingFigures;
}

/** All parts of a landscape, in an order that the setting alone decides. */
export function planTasks(facts: TaskFacts): Task[] {
  const plans: Record<LandscapeMeasure, (facts: TaskFacts) => Task[]> = {
    sharpness: sharpnessTasks,
    'worst-case': worstCaseTasks,
    eigenvalue: eigenvalueTasks,
    trace: traceTasks,
    curve: curveTasks,
    surface: surfaceTasks,
  };
  return facts.setting.measures.flatMap(measure => plans[measure](facts));
}

function sharpnessTasks({ setting, network, losses, key, figures }: TaskFacts): Task[] {
  const { directions = 0, scales = [] } = setting.sharpness ?? {};
  return scales.map(({ scale, rho }) => ({
    name: `sharpness, ${scale}`,
    units: sharpnessEvaluations(directions) * valueUnits(losses),
    async run() {
      const found = await expectedSharpness(
        network,
        weights => lossesAt(functions(losses), weights),
        { rho, scale, directions },
        derive(key, 'sharpness'),
      );
      for (const [i, figure] of found.entries()) {
        const loss = losses[i]?.name;
        if (loss) figures.sharpness.push({ loss, scale, rho, ...figure });
      }
    },
  }));
}

function worstCaseTasks({ setting, network, losses, figures }: TaskFacts): Task[] {
  const { worstCaseRho: rho = 0 } = setting;
  return losses.map(({ name, loss, units }) => ({
    name: `worst-case, ${name}`,
    units: units.gradient + 2 * units.value,
    async run() {
      const found = await worstCaseSharpness(loss, network.parameters, rho);
      figures.worstCase.push({ loss: name, rho, ...found });
    },
  }));
}

function eigenvalueTasks({ network, losses, key, figures }: TaskFacts): Task[] {
  return losses.map(({ name, loss, units }) => ({
    name: `eigenvalue, ${name}`,
    units: eigenvalueDefaults.iterations * 2 * units.gradient,
    async run() {
      const start = gaussianVector(network.model, derive(key, 'eigenvalue'));
      const found = await topEigenvalue(loss, network.parameters, start);
      disposeTensors(start);
      figures.eigenvalue.push({ loss: name, ...found });
    },
  }));
}

function traceTasks({ setting, network, losses, key, figures }: TaskFacts): Task[] {
  const { probes = 0 } = setting;
  const traceKey = derive(key, 'trace');
  return losses.map(({ name, loss, units }) => ({
    name: `trace, ${name}`,
    units: probes * 2 * units.gradient,
    async run() {
      const draw = (probe: number) => signVector(network.model, derive(traceKey, probe));
      figures.trace.push({ loss: name, ...(await hessianTrace(loss, network.parameters, probes, draw)) });
    },
  }));
}

function curveTasks({ network, losses, axis, plane, figures }: TaskFacts): Task[] {
  return axis.map((factor, point) => ({
    name: `curve, point ${point + 1} of ${axis.length}`,
    units: valueUnits(losses),
    async run() {
      const offsets = [{ direction: needed(plane).x, factor }];
      const found = await lossesBeside(functions(losses), network.parameters, offsets);
      for (const [i, { name }] of losses.entries()) {
        const list = figures.curve[i]?.values;
        if (list) list.push(found[i] ?? Number.NaN);
        else figures.curve.push({ loss: name, values: [found[i] ?? Number.NaN] });
      }
    },
  }));
}

function surfaceTasks({ network, losses, axis, plane, figures }: TaskFacts): Task[] {
  return axis.map((factor, row) => ({
    name: `surface, row ${row + 1} of ${axis.length}`,
    units: axis.length * valueUnits(losses),
    async run() {
      const found = await surfaceRow(functions(losses), network.parameters, needed(plane), axis, factor);
      for (const [i, { name }] of losses.entries()) {
        const rows = figures.surface[i]?.rows;
        if (rows) rows.push(found[i] ?? []);
        else figures.surface.push({ loss: name, rows: [found[i] ?? []] });
      }
    },
  }));
}

const valueUnits = (losses: readonly NamedLoss[]): number =>
  losses.reduce((sum, { units }) => sum + units.value, 0);

const functions = (losses: readonly NamedLoss[]): WeightLoss[] => losses.map(({ loss }) => loss);

function needed(plane: Plane | undefined): Plane {
  if (!plane) throw new Error('a curve or a surface was planned without directions');
  return plane;
}
