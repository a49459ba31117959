-- What a hub keeps. Everything is in the schema "loyalty"; tills have no rights on any table, they
-- call the functions of the next files.
--
-- up
CREATE TABLE loyalty.hub (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id text NOT NULL DEFAULT substr(md5(gen_random_uuid()::text), 1, 8),
    address text NOT NULL DEFAULT '',  -- host:port/database, as tills reach it
    ca text NOT NULL DEFAULT '',       -- PEM; empty: a public authority vouches for the server
    serves_from integer NOT NULL DEFAULT 1,  -- the oldest protocol that is still served
    alive_seconds integer NOT NULL DEFAULT 120,
    -- Transaction numbers order facts, and start anew when a dump is restored elsewhere, and go
    -- back with a backup or a snapshot of the machine. So each life of the server is an era of its
    -- own: facts of earlier eras are final, and come before those of later ones. An era is named
    -- by the second it began in: what was put back can't know of eras that came after it.
    era bigint NOT NULL DEFAULT extract(epoch FROM clock_timestamp())::bigint,
    system bigint NOT NULL,
    timeline text NOT NULL,
    started timestamptz NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE loyalty.tills (
    code text PRIMARY KEY,
    role text NOT NULL UNIQUE,
    instance text NOT NULL DEFAULT '',
    machine text NOT NULL DEFAULT '',
    last_seq bigint NOT NULL DEFAULT 0,
    invited_at timestamptz NOT NULL DEFAULT now(),
    joined_at timestamptz,
    last_seen timestamptz,
    revoked_at timestamptz
) WITH (fillfactor = 50);  -- changed at every append: room for the next version on the same page

CREATE TABLE loyalty.invitations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    till text NOT NULL REFERENCES loyalty.tills,
    secret bytea NOT NULL,  -- SHA-256 of the one-time password
    made_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX invitations_of_till ON loyalty.invitations (till, id);

-- Which computers were heard under a till's name. Two at a time are a clone.
CREATE TABLE loyalty.machines (
    till text NOT NULL REFERENCES loyalty.tills,
    instance text NOT NULL,
    machine text NOT NULL,
    run text NOT NULL,
    first_heard timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (till, machine, run)
);

-- The list. (till, seq) is unique because the tills row is locked and numbers have no gaps; the
-- key only proves it. To partition by time, the list is made anew PARTITION BY RANGE (era, xid)
-- with the same columns, key (era, xid, id), and a plain index on (till, seq); by till, PARTITION
-- BY HASH (till) with both keys as they are. Nothing else refers to it.
CREATE TABLE loyalty.facts (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    era bigint NOT NULL,
    till text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    member_id text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (till, seq)
);
CREATE UNIQUE INDEX facts_in_order ON loyalty.facts (era, xid, id);

-- Entries that the balances below hold. Any number of tills derive the same entry from the same
-- online order, and it counts once.
CREATE TABLE loyalty.entries (
    id uuid PRIMARY KEY
);

CREATE TABLE loyalty.balances (
    member_id text PRIMARY KEY,
    points bigint NOT NULL DEFAULT 0,
    entries bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- Points granted to a sale that is not booked yet.
CREATE TABLE loyalty.reservations (
    sale_id text PRIMARY KEY,
    member_id text NOT NULL,
    till text NOT NULL REFERENCES loyalty.tills,
    points bigint NOT NULL,
    until timestamptz NOT NULL
);
CREATE INDEX reservations_of_member ON loyalty.reservations (member_id);

CREATE FUNCTION loyalty.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LH011', MESSAGE = 'facts are never changed';
END $$;
CREATE TRIGGER facts_are_final BEFORE UPDATE OR DELETE ON loyalty.facts
    FOR EACH ROW EXECUTE FUNCTION loyalty.refuse_change();
CREATE TRIGGER facts_stay BEFORE TRUNCATE ON loyalty.facts
    FOR EACH STATEMENT EXECUTE FUNCTION loyalty.refuse_change();

-- Which server this is and which life of it: changes when a dump is restored on another one, when
-- a backup is rolled forward or a standby takes over, and with each start.
CREATE FUNCTION loyalty.life(OUT system bigint, OUT timeline text, OUT started timestamptz)
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
        pg_postmaster_start_time()
    FROM pg_control_system() AS c
$$;

INSERT INTO loyalty.hub (system, timeline, started)
    SELECT l.system, l.timeline, l.started FROM loyalty.life() AS l;

-- Begin a new era: everything that is there is final, whatever its number.
CREATE FUNCTION loyalty.begin_era() RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_era bigint;
BEGIN
    -- Waits for who is appending: those facts belong to the era that ends.
    LOCK TABLE loyalty.facts IN EXCLUSIVE MODE;
    UPDATE loyalty.hub
        SET era = greatest(hub.era + 1, extract(epoch FROM clock_timestamp())::bigint),
            system = l.system, timeline = l.timeline, started = l.started
        FROM loyalty.life() AS l RETURNING hub.era INTO v_era;
    RETURN v_era;
END $$;

-- Begin one if this is another life of the hub than the one it last knew.
CREATE FUNCTION loyalty.notice_life() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_is_in_recovery() OR EXISTS (
        SELECT FROM loyalty.hub AS h JOIN loyalty.life() AS l USING (system, timeline, started)
    ) THEN
        RETURN;
    END IF;
    LOCK TABLE loyalty.facts IN EXCLUSIVE MODE;
    IF NOT EXISTS (
        SELECT FROM loyalty.hub AS h JOIN loyalty.life() AS l USING (system, timeline, started)
    ) THEN
        PERFORM loyalty.begin_era();
    END IF;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA loyalty FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA loyalty FROM PUBLIC;

-- down
DROP FUNCTION loyalty.notice_life();
DROP FUNCTION loyalty.begin_era();
DROP TABLE loyalty.reservations, loyalty.balances, loyalty.entries, loyalty.facts,
    loyalty.machines, loyalty.invitations, loyalty.tills, loyalty.hub;
DROP FUNCTION loyalty.life();
DROP FUNCTION loyalty.refuse_change();
