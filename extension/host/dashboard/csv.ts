import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../../contract/events';
import { MetricsReader } from '../../contract/metrics';
import { runFiles } from '../../contract/runFolder';

type Figures = Readonly<Record<string, number | undefined>>;

const lossTerms = ['total', 'zeroth', 'natural', 'robust', 'first', 'second'];
const accuracies = ['cleanAccuracy', 'robustAccuracy'];
const evaluated = [...accuracies, 'cleanLoss', 'robustLoss'];

/** The figures of each event that has some, by the prefix of their columns. */
const columns: Readonly<Record<string, readonly string[]>> = {
  step: [...lossTerms, 'learningRate', ...accuracies, 'imagesPerSecond'],
  epoch: [...lossTerms, ...accuracies],
  validation: evaluated,
  sharpness: ['clean', 'cleanStandardError', 'adversarial', 'adversarialStandardError', 'noiseFloor'],
  test: evaluated,
};

const names = Object.entries(columns).flatMap(([group, figures]) =>
  figures.map(figure => `${group}.${figure}`),
);

/**
 * A run as comma-separated values, piece by piece: a header line, then one row a step with every figure told at it; cells
 * without a figure are empty. Reads metrics.jsonl twice and holds one row at a time.
 * Throws the file system's error when metrics.jsonl cannot be read.
 */
export async function* runCsv(runFolder: string): AsyncGenerator<string> {
  const file = path.join(runFolder, runFiles.metrics);
  const resumedSteps: number[] = [];
  for await (const events of readEvents(file)) {
    for (const event of events) if (event.type === 'resumed') resumedSteps.push(event.step);
  }
  // A resume takes back the earlier events with a greater step: before it, no step beyond the least later one counts.
  const limits = resumedSteps.map((_, i) => Math.min(...resumedSteps.slice(i)));

  let resumes = 0;
  let row: Row | undefined;
  yield `${['step', 'epoch', 'time', ...names].join(',')}\n`;
  for await (const events of readEvents(file)) {
    let text = '';
    for (const event of events) {
      if (event.type === 'resumed') resumes += 1;
      if (event.step > (limits[resumes] ?? Number.POSITIVE_INFINITY)) continue;
      const told = figuresOf(event);
      if (!told) continue;
      if (row && row.step !== event.step) text += formatRow(row);
      if (row?.step !== event.step)
        row = { step: event.step, epoch: event.epoch, time: event.time, cells: {} };
      for (const [figure, value] of Object.entries(told.figures))
        row.cells[`${told.group}.${figure}`] = value;
    }
    if (text !== '') yield text;
  }
  if (row) yield formatRow(row);
}

interface Row {
  readonly step: number;
  readonly epoch: number;
  readonly time: string;
  readonly cells: Record<string, number | undefined>;
}

function formatRow({ step, epoch, time, cells }: Row): string {
  return `${[step, epoch, time, ...names.map(name => cells[name] ?? '')].join(',')}\n`;
}

async function* readEvents(file: string): AsyncGenerator<RunEvent[]> {
  const reader = new MetricsReader();
  for await (const chunk of createReadStream(file, 'utf8')) yield reader.push(String(chunk));
  yield reader.end();
}

function figuresOf(event: RunEvent): { group: string; figures: Figures } | undefined {
  switch (event.type) {
    case 'step':
      return { group: 'step', figures: { ...event.loss, ...plain(event) } };
    case 'epoch':
      return { group: 'epoch', figures: { ...event.loss, ...plain(event) } };
    case 'evaluation':
      return { group: event.split, figures: plain(event) };
    case 'sharpness':
      return {
        group: 'sharpness',
        figures: {
          clean: event.clean.mean,
          cleanStandardError: event.clean.standardError,
          adversarial: event.adversarial.mean,
          adversarialStandardError: event.adversarial.standardError,
          noiseFloor: event.noiseFloor,
        },
      };
    default:
      return undefined;
  }
}

function plain(event: RunEvent): Figures {
  return Object.fromEntries(
    Object.entries(event).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
