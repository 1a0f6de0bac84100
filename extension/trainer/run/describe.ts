import type { Config } from '../../contract/config';

const names = { standard: 'standard', 'pgd-at': 'PGD-AT', trades: 'TRADES', mart: 'MART' } as const;

/** One line: "TRADES (beta 6), Taylor order 2 (last-layer), attack PGD-10, linf epsilon 0.0314". */
export function describeObjective({ objective, taylor, attack, threat, awp }: Config): string {
  const usesBeta = objective.name === 'trades' || objective.name === 'mart';
  return [
    `${names[objective.name]}${usesBeta ? ` (beta ${objective.beta})` : ''}`,
    taylor.order > 0 ? `Taylor order ${taylor.order} (${taylor.estimator})` : undefined,
    awp.gamma > 0 ? `AWP ${awp.gamma}` : undefined,
    `attack PGD-${attack.steps}`,
    `${threat.norm} epsilon ${Number(threat.epsilon.toPrecision(3))}`,
  ]
    .filter(part => part !== undefined)
    .join(', ');
}
