-- Zones: what an operator edits at run time.
CREATE TABLE zone (
	name TEXT PRIMARY KEY COLLATE NOCASE,
	label TEXT NOT NULL DEFAULT '',
	policy TEXT NOT NULL,
	codec TEXT NOT NULL,
	ptime INTEGER NOT NULL,
	idle_ms INTEGER NOT NULL,
	admit TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- Groups a zone emits to (emit) or takes audio from (receive).
CREATE TABLE zone_group (
	zone TEXT NOT NULL COLLATE NOCASE REFERENCES zone (name) ON DELETE CASCADE,
	ord INTEGER NOT NULL,
	address TEXT NOT NULL,
	interface TEXT NOT NULL DEFAULT '',
	emit INTEGER NOT NULL,
	receive INTEGER NOT NULL,
	hops INTEGER NOT NULL,
	dscp INTEGER NOT NULL,
	loop INTEGER NOT NULL,
	source TEXT NOT NULL DEFAULT '',
	sources TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (zone, ord)
) WITHOUT ROWID;

CREATE TABLE zone_listener (
	zone TEXT NOT NULL COLLATE NOCASE REFERENCES zone (name) ON DELETE CASCADE,
	ord INTEGER NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (zone, ord)
) WITHOUT ROWID;
