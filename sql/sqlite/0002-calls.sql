-- Call records: one row for each connection that ended. Times are ms since 1970, UTC.
CREATE TABLE call (
	id INTEGER PRIMARY KEY,
	started INTEGER NOT NULL,
	duration_ms INTEGER NOT NULL,
	owner TEXT NOT NULL,
	endpoint TEXT NOT NULL,
	call_id TEXT NOT NULL,
	connection TEXT NOT NULL,
	local TEXT NOT NULL,
	remote TEXT NOT NULL,
	codec TEXT NOT NULL,
	rx_packets INTEGER NOT NULL,
	rx_octets INTEGER NOT NULL,
	tx_packets INTEGER NOT NULL,
	tx_octets INTEGER NOT NULL,
	lost INTEGER NOT NULL,
	jitter_ms INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL,
	cause TEXT NOT NULL,
	reason INTEGER NOT NULL
);

CREATE INDEX call_started ON call (started);
CREATE INDEX call_call_id ON call (call_id);
