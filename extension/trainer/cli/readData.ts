import { nearest } from '../../contract/config/nearest';
import { isOfficialName, type OfficialName, officialNames } from '../../contract/datasets';
import type { CommandSpec, RawArguments } from './command';
import { exitCodes } from './exitCodes';
import { UserError } from './userError';
import { optional } from './values';

interface Shared {
  readonly json: boolean;
}

/** Paths are as they were typed. */
export type DataArguments =
  | (Shared & { readonly action: 'list' })
  | (Shared & {
      readonly action: 'get';
      readonly names: readonly OfficialName[];
      readonly to?: string;
      readonly from?: string;
      /** Whether the terms were seen elsewhere. */
      readonly agreed: boolean;
    })
  | (Shared & { readonly action: 'check'; readonly dataset: string });

const actions = ['list', 'get', 'check'] as const;

export const dataSpec: Omit<CommandSpec, 'name'> = {
  summary: 'list, get and check datasets',
  positionals: [
    {
      name: 'ACTION',
      description:
        'list: what there is, and what is here; get NAME: fetch the official files; check NAME or FOLDER: read every image',
      count: 'many',
    },
  ],
  options: {
    to: {
      description: 'get: folder for the files; by default a folder of the user, $RANDOMIZED_AT_DATA',
      value: 'DIR',
    },
    from: {
      description: 'get: a folder with the official files, one of them, or the address of a mirror',
      value: 'PLACE',
    },
    yes: { description: 'get: do not ask; you have seen address, size and licence' },
    json: { description: 'print JSON lines, for programs' },
  },
  notes: [
    `Names: ${officialNames.join(', ')}. Files are verified by their SHA-256; an interrupted transfer goes on where it was.`,
  ],
  stopsOrderly: true,
};

/** @throws UserError where the action or a name is none */
export function readData(raw: RawArguments): DataArguments {
  const [action, ...rest] = raw.positionals;
  const json = raw.flag('json');
  switch (action) {
    case 'list':
      if (rest.length > 0) throw usage(`list takes no name; found ${rest.join(' ')}.`);
      return { action, json };
    case 'get':
      if (rest.length === 0) throw usage('get needs the name of a dataset, for example: data get cifar-10.');
      return {
        action,
        json,
        names: rest.map(officialName),
        ...optional('to', raw.text('to')),
        ...optional('from', raw.text('from')),
        agreed: raw.flag('yes'),
      };
    case 'check': {
      const [dataset, more] = rest;
      if (dataset === undefined || more !== undefined) throw usage('check takes one name or folder.');
      return { action, json, dataset };
    }
    default:
      throw usage(`'${action}' is no action; expected one of ${actions.join(', ')}.`);
  }
}

function officialName(name: string): OfficialName {
  if (isOfficialName(name)) return name;
  const guess = nearest(name, officialNames);
  throw usage(
    `there is no dataset '${name}'.${guess === undefined ? '' : ` Did you mean ${guess}?`} There are ${officialNames.join(', ')}.`,
  );
}

function usage(message: string): UserError {
  return new UserError(`data: ${message} See randomized-at help data.`, exitCodes.badUsage);
}
