-- Rows of before do not tell their task: the index is filled again from the run directories.
DELETE FROM `contributions`;--> statement-breakpoint
DELETE FROM `digests`;--> statement-breakpoint
DELETE FROM `runs`;--> statement-breakpoint
ALTER TABLE `runs` ADD `task` text NOT NULL;