-- Rows of before have no digest: the index is filled again from the run directories.
DELETE FROM `contributions`;--> statement-breakpoint
DELETE FROM `runs`;--> statement-breakpoint
CREATE TABLE `digests` (
	`run` text PRIMARY KEY NOT NULL,
	`updatedAt` integer NOT NULL,
	`multiplyAdds` integer,
	`settings` text NOT NULL,
	`digest` text NOT NULL,
	FOREIGN KEY (`run`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
