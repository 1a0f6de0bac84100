import type { EngineSurvey } from '../../contract/engineSurvey';
import { wrapWords } from './wrapWords';

/** One line an engine; below it what it offers, or why it is not available and what would mend that. */
export function renderSurveys(surveys: readonly EngineSurvey[], width: number): string[] {
  const rows = surveys.map(survey => ({
    survey,
    cells: [
      survey.name,
      survey.available ? 'works' : 'not available',
      survey.version ?? '',
      [survey.device ?? '', survey.chosenByAuto ? '(auto takes this)' : ''].filter(Boolean).join('  '),
    ],
  }));
  const header = ['engine', 'state', 'version', 'device'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.flatMap(({ survey, cells }) => [line(cells), ...explanation(survey, width)])];
}

function explanation(survey: EngineSurvey, width: number): string[] {
  const { available, float16, adapters = [], reason, remedy, searched } = survey;
  const indent = '    ';
  const places = searched?.map(place => `Looked in ${place}.`) ?? [];
  const seen = adapters.map(
    ({ name, graphicsInterface, driver, taken, reason: why }) =>
      `${taken ? 'Takes' : 'Sees'} ${name} through ${graphicsInterface}${driver && ` (${driver})`}: ${why}`,
  );
  const texts = available
    ? [float16 && `Offers ${float16}.`, ...seen]
    : [reason, ...seen, ...places, remedy && `Mend: ${remedy}`];
  return texts.flatMap(text =>
    text ? wrapWords(text, Math.max(width - indent.length, 20)).map(part => indent + part) : [],
  );
}
