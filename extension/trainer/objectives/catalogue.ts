import type { Config } from '../../contract/config';
import { mart } from './mart';
import type { Objective } from './objective';
import { pgdAt } from './pgdAt';
import { standard } from './standard';
import { trades } from './trades';

export const objectives: Readonly<Record<Config['objective']['name'], Objective>> = {
  standard,
  'pgd-at': pgdAt,
  trades,
  mart,
};
