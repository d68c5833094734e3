/** Names of files that may be tables. */
export const tableExtensions = ['.csv', '.tsv', '.txt', '.jsonl', '.ndjson', '.parquet', '.pq']
