import { programName } from '../help';
import { wrapWords } from '../wrapWords';
import { formatCount, formatDuration, formatFloor, formatPercent, safeLine } from './format';
import { evaluationFigures } from './lines';
import type { Paint } from './paint';
import type { RunState } from './state';

/** What is left on the screen when a run has ended; empty before that. */
export function renderSummary(state: RunState, width: number, paint: Paint): string[] {
  const { facts, ended, best, test } = state;
  if (!ended) return [];
  const last = state.rows.at(-1);
  const style = { finished: 'green', stopped: 'yellow', failed: 'red' } as const;
  return [
    ...wrapWords(headline(state), width).map(line => paint(style[ended.status], line)),
    ...(best ? entry('best', validation(best.epoch, best.cleanAccuracy, best.robustAccuracy), width) : []),
    ...(last?.validationRobust !== undefined && last.epoch !== best?.epoch
      ? entry('last', validation(last.epoch, last.validationClean, last.validationRobust), width)
      : []),
    ...(test ? entry('test', evaluationFigures(test), width) : []),
    // The two that one copies are never broken.
    label('run folder') + safeLine(facts.runFolder),
    ...(ended.status === 'finished' ? [] : [label('to resume') + resumeCommand(facts.runFolder)]),
  ];
}

function headline({ facts, ended, step, totalSteps, epoch }: RunState): string {
  if (!ended) return '';
  const time = formatDuration(ended.seconds);
  const name = safeLine(facts.name);
  if (ended.status === 'finished') {
    return `Finished ${name} in ${time}: ${facts.epochs} epochs, ${formatCount(step)} steps.`;
  }
  const verb = ended.status === 'stopped' ? 'Stopped' : 'Failed:';
  const where = `step ${formatCount(step)} of ${formatCount(totalSteps)} (epoch ${formatFloor(epoch)} of ${facts.epochs})`;
  const reason = ended.reason === undefined ? '' : ` ${safeLine(ended.reason)}`;
  return `${verb} ${name} after ${time} at ${where}.${reason}`;
}

function validation(epoch: number, clean: number | undefined, robust: number): string {
  return `epoch ${epoch}: validation clean ${formatPercent(clean)}, robust ${formatPercent(robust)}`;
}

function resumeCommand(runFolder: string): string {
  const folder = safeLine(runFolder);
  return `npx ${programName} run --resume ${/\s/.test(folder) ? `"${folder}"` : folder}`;
}

function entry(name: string, text: string, width: number): string[] {
  const indent = label('').length;
  return wrapWords(text, Math.max(width - indent, 20)).map(
    (line, index) => label(index === 0 ? name : '') + line,
  );
}

function label(name: string): string {
  return `  ${name.padEnd(10)}  `;
}
