import type { AdapterSurvey, EngineSurvey } from '../../contract/engineSurvey';

/** A row of the Compute view as plain data. */
export interface ComputeRow {
  readonly label: string;
  readonly description: string;
  /** The whole text, where a row is too narrow for it. */
  readonly tooltip: string;
  /** Name of a codicon, and of its theme colour. */
  readonly icon: string;
  readonly color?: string;
  readonly contextValue: string;
  readonly children: readonly ComputeRow[];
  /** The engine that the row stands for, or the remedy to copy. */
  readonly value: string;
}

/** An engine's row; below it the GPUs that it sees; below one that is not available also why, and what would mend it. */
export function presentEngine(survey: EngineSurvey): ComputeRow {
  const { name, available, device, version, float16, chosenByAuto } = survey;
  const state = available ? 'available' : 'not available';
  const facts = [available ? device : state, chosenByAuto ? 'chosen by auto' : ''];
  return {
    label: name,
    description: facts.filter(Boolean).join(' · '),
    tooltip: [
      `${name}: ${state}`,
      survey.reason,
      device,
      version && `version ${version}`,
      float16 && `offers ${float16}`,
      chosenByAuto && 'chosen by auto',
    ]
      .filter(Boolean)
      .join('\n'),
    icon: available ? (chosenByAuto ? 'pass-filled' : 'pass') : 'circle-slash',
    color: available ? 'testing.iconPassed' : 'disabledForeground',
    contextValue: available ? 'engine available' : name === 'tensorflow' ? 'engine installable' : 'engine',
    children: [...(available ? [] : explanation(survey)), ...(survey.adapters ?? []).map(presentAdapter)],
    value: name,
  };
}

function presentAdapter({ name, graphicsInterface, driver, taken, reason }: AdapterSurvey): ComputeRow {
  return {
    label: name,
    description: [graphicsInterface, taken && 'taken'].filter(Boolean).join(' · '),
    tooltip: [name, driver, reason].filter(Boolean).join('\n'),
    icon: taken ? 'circuit-board' : 'circle-outline',
    contextValue: 'adapter',
    children: [],
    value: name,
  };
}

/** In place of the engines when the trainer could not be asked. */
export function presentFailure(message: string): ComputeRow {
  return {
    label: 'The engines could not be listed',
    description: message,
    tooltip: message,
    icon: 'error',
    color: 'list.errorForeground',
    contextValue: 'failure',
    children: [],
    value: message,
  };
}

function explanation({ reason, remedy, searched = [] }: EngineSurvey): ComputeRow[] {
  const row = (label: string, icon: string, contextValue: string): ComputeRow => ({
    label,
    description: '',
    tooltip: label,
    icon,
    contextValue,
    children: [],
    value: label,
  });
  return [
    ...(reason === undefined ? [] : [row(reason, 'info', 'reason')]),
    ...(remedy === undefined ? [] : [row(remedy, 'lightbulb', 'remedy')]),
    ...searched.map(place => row(place, 'folder', 'place')),
  ];
}
