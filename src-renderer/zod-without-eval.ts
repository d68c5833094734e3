import { z } from 'zod'

// The content security policy forbids compiled validators. It must be said before the first schema is made, so this
// module is the first import of the entry.
z.config({ jitless: true })
