import type { Command } from 'commander'

/** Makes an option repeatable. */
export const collect = (value: string, before: string[] = []) => [...before, value]

/** The columns of a table and what they are for. */
export function withColumnOptions(command: Command): Command {
  return command
    .option('--image <column>', 'a column with paths of images (repeatable)', collect)
    .option('--text <column>', 'a column with text (repeatable)', collect)
    .option('--vector <column>', 'a column with vectors of numbers (repeatable)', collect)
    .option('--label <column>', 'the column with the labels')
    .option('--label-separator <text>', 'what stands between several labels of a sample; lists need none')
    .option('--split <column>', 'a column with train, validation or test')
    .option('--group <column>', 'a column whose equal values never cross splits')
}

/** A table and its columns. */
export function withTableOptions(command: Command): Command {
  return withColumnOptions(
    command.option('--table <file>', 'a CSV, JSON Lines or Parquet file, one row a sample'),
  )
}

/** Settings that stand above all files and presets. */
export function withSettingOptions(command: Command): Command {
  return command
    .option('--name <text>', 'a name for people')
    .option('--device <name>', 'auto, cpu, webgpu or cuda')
    .option('--threads <number>', 'threads of the engine')
    .option('--set <field=value>', 'any field of the settings, e.g. search.epochs=5 (repeatable)', collect)
}
