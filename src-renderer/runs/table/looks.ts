import type { ShownColumn } from './column-choice.ts'

/** The name stays in sight while the other columns are scrolled beneath it. */
export const cellClass = ({ id, figures }: Pick<ShownColumn, 'id' | 'figures'>): string[] => [
  'flex items-center gap-1.5 px-2 min-w-0 overflow-hidden whitespace-nowrap',
  figures ? 'justify-end' : '',
  id === 'name' ? 'sticky left-8 z-1 bg-inherit' : '',
]

export const tickClass = (ticked: boolean): string[] => [
  'grid place-items-center size-3.5 rounded-xs border after:absolute after:inset-0',
  ticked ? 'bg-primary border-primary text-inverted' : 'border-accented hover:border-primary',
]
