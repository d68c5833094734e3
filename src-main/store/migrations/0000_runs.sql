CREATE TABLE `contributions` (
	`run` text NOT NULL,
	`epoch` integer NOT NULL,
	`player` text NOT NULL,
	`phi` real NOT NULL,
	`standardError` real,
	PRIMARY KEY(`run`, `epoch`, `player`),
	FOREIGN KEY (`run`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `contributions_by_player` ON `contributions` (`player`);--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`dataset` text NOT NULL,
	`strategy` text NOT NULL,
	`space` text NOT NULL,
	`seed` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	`scoreMean` real,
	`scoreDeviation` real,
	`scoreRepetitions` integer,
	`bestSingleModel` text,
	`bestSingleMean` real,
	`parameters` integer,
	`latencyMs` real,
	`done` real NOT NULL,
	`genotype` text,
	`signature` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `runs_by_creation` ON `runs` (`createdAt`);