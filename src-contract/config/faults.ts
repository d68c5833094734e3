import { z } from 'zod'

type Schema = z.core.JSONSchema._JSONSchema

/** What is wrong with a value and where, one text a fault; for a field that does not exist, those that do. */
export function describeFaults(schema: z.ZodType, error: z.ZodError): string[] {
  return error.issues.map(({ code, path, message }) => {
    const known = code === 'unrecognized_keys' ? fieldsAt(schema, path) : []
    const choice = known.length > 0 ? `; there are ${known.join(', ')}` : ''
    return `${path.join('.') || '(root)'}: ${message}${choice}`
  })
}

/** The names of the fields at a path; none where they depend on a value. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const whole: Schema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const at = path.reduce<Schema | undefined>((inner, key) => propertyOf(inner, String(key)), whole)
  return typeof at === 'object' ? Object.keys(at.properties ?? {}) : []
}

const propertyOf = (schema: Schema | undefined, key: string): Schema | undefined =>
  typeof schema === 'object' ? schema.properties?.[key] : undefined
