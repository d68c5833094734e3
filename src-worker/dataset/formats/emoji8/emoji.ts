import { z } from 'zod'
import type { Drawing } from '../collection/collection.ts'
import { readPackaged } from '../collection/packaged-file.ts'

const styles = { noto: '@iconify-json/noto', 'fluent-flat': '@iconify-json/fluent-emoji-flat' } as const
const names = 'emojibase-data'

/** emojibase's numbers of the eight groups; 2 (skin tones and hair, which are no emoji alone) and 9 (flags) are left out. */
const groupNames: Readonly<Record<number, string>> = {
  0: 'smileys-emotion',
  1: 'people-body',
  3: 'animals-nature',
  4: 'food-drink',
  5: 'travel-places',
  6: 'activities',
  7: 'objects',
  8: 'symbols',
}
export const emojiClasses: readonly string[] = Object.values(groupNames)

const emojiList = z.array(z.object({ label: z.string(), hexcode: z.string(), group: z.number().optional() }))
const iconNames = z.record(z.string(), z.string())
const box = { left: z.number(), top: z.number(), width: z.number(), height: z.number() }
const iconSet = z.object({
  ...box,
  left: box.left.default(0),
  top: box.top.default(0),
  icons: z.record(
    z.string(),
    z.object({ ...box, body: z.string() }).partial({ left: true, top: true, width: true, height: true }),
  ),
})
const manifest = z.object({ version: z.string() })

/** The names and versions of the packages that the emoji come from. */
export async function readSources(): Promise<string[]> {
  const sources = [names, ...Object.values(styles)]
  return Promise.all(
    sources.map(
      async (source) => `${source} ${(await readPackaged(`${source}/package.json`, manifest)).version}`,
    ),
  )
}

/**
 * All emoji of the eight groups without keycaps, skin tones left at the neutral one, drawn `size` pixels a side: first
 * one style, then the other. Each is called by style and code points (`noto 1f600`), its text is the English name of
 * Unicode CLDR, and all gender, skin, hair and direction variants in every style are one family.
 */
export async function readEmoji(size: number): Promise<Drawing[]> {
  const list = await readPackaged(`${names}/en/data.json`, emojiList)
  const perStyle = Object.entries(styles).map(async ([style, source]) => {
    const [characters, set] = await Promise.all([
      readPackaged(`${source}/chars.json`, iconNames),
      readPackaged(`${source}/icons.json`, iconSet),
    ])
    return list.flatMap(({ label, hexcode, group }): Drawing[] => {
      const groupName = groupNames[group ?? -1]
      const code = codePointsOf(hexcode)
        .filter((point) => point !== emojiStyle)
        .join('-')
      const icon = set.icons[characters[code] ?? characters[hexcode.toLowerCase()] ?? '']
      if (groupName === undefined || code.endsWith(keycap) || !icon) return []
      const { left, top, width, height, body } = { ...set, ...icon }
      const viewBox = `${left} ${top} ${width} ${height}`
      return [
        {
          id: `${style} ${code}`,
          text: label,
          labels: [emojiClasses.indexOf(groupName)],
          family: familyOf(hexcode),
          svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${viewBox}">${body}</svg>`,
        },
      ]
    })
  })
  return (await Promise.all(perStyle)).flat()
}

const emojiStyle = 'fe0f'
const joiner = '200d'
const keycap = '20e3'
/** Signs that vary an emoji: female, male, facing right, five skin tones, four kinds of hair. */
const variations = new Set(
  '2640 2642 27a1 1f3fb 1f3fc 1f3fd 1f3fe 1f3ff 1f9b0 1f9b1 1f9b2 1f9b3'.split(' ').concat(emojiStyle),
)
/** Man and woman → person; boy and girl → child. */
const neutral: Readonly<Record<string, string>> = {
  '1f468': '1f9d1',
  '1f469': '1f9d1',
  '1f466': '1f9d2',
  '1f467': '1f9d2',
}

/** The hexcode without gender, skin, hair and direction: `1F9D4-1F3FB-200D-2642-FE0F` → `1f9d4`. */
export function familyOf(hexcode: string): string {
  const points = codePointsOf(hexcode).filter((point) => !variations.has(point) && point !== joiner)
  return points.map((point) => neutral[point] ?? point).join('-')
}

function codePointsOf(hexcode: string): string[] {
  return hexcode.toLowerCase().split('-')
}
