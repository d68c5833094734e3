import { z } from 'zod'

type Schema = z.core.JSONSchema._JSONSchema

/** What is wrong with a value and where, one text a fault; for a field that does not exist, those that do. */
export function describeFaults(schema: z.ZodType, error: z.ZodError, value: unknown): string[] {
  return error.issues.map((issue) => {
    const { code, path, message } = issue
    const place = path.join('.') || '(root)'
    const given = valueAt(value, path)
    if (code === 'invalid_union' && 'options' in issue) {
      const kinds = (issue['options'] as readonly string[]).join(', ')
      return given === undefined
        ? `${place}: it is missing; say which it is, of ${kinds}`
        : `${place}: it is ${JSON.stringify(given)}; there are ${kinds}`
    }
    if (code === 'invalid_type' && given === undefined) return `${place}: it is missing`
    const known = code === 'unrecognized_keys' ? fieldsAt(schema, path) : []
    const choice = known.length > 0 ? `; there are ${known.join(', ')}` : ''
    return `${place}: ${message}${choice}`
  })
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

/** The names of the fields at a path; none where they depend on a value. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const whole: Schema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const at = path.reduce<Schema | undefined>((inner, key) => propertyOf(inner, String(key)), whole)
  return typeof at === 'object' ? Object.keys(at.properties ?? {}) : []
}

const propertyOf = (schema: Schema | undefined, key: string): Schema | undefined =>
  typeof schema === 'object' ? schema.properties?.[key] : undefined
