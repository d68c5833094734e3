-- The columns have no meaning for rows of before: the index is filled again from the run directories.
DELETE FROM `contributions`;--> statement-breakpoint
DELETE FROM `runs`;--> statement-breakpoint
ALTER TABLE `runs` ADD `cost` real;--> statement-breakpoint
ALTER TABLE `runs` ADD `tags` text NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `notes` text NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `study` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `problem` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `priority` integer NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `trashed` integer NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `sortName` text NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `searchText` text NOT NULL;