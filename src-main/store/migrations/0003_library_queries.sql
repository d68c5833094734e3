DROP INDEX `runs_by_creation`;--> statement-breakpoint
CREATE INDEX `runs_by_facet` ON `runs` (`trashed`,`state`,`dataset`,`strategy`,`study`,`tags`,`searchText`);--> statement-breakpoint
CREATE INDEX `runs_by_creation` ON `runs` (`trashed`,`createdAt`,`id`);