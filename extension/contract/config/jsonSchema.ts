import { configSchema } from './schema';

/**
 * The config's JSON Schema as VS Code's JSON language service reads it (draft-07; the keywords mean the same in
 * 2020-12). `allowComments`, `allowTrailingCommas`, `enumDescriptions` and `patternErrorMessage` are that service's own.
 */
export function jsonSchema(): object {
  const plain: object = JSON.parse(JSON.stringify(configSchema));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Randomized AT experiment',
    allowComments: true,
    allowTrailingCommas: true,
    ...plain,
  };
}
