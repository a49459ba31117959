-- Of an entry that several tills derived from knowing different things, tills keep the one that
-- leaves the member more points, in doubt by its letters (sync/hub/books.py, take_entry). So do the
-- balances here, whatever order the facts come in; those of a hub that runs are put right.
--
-- up
LOCK TABLE loyalty.facts IN EXCLUSIVE MODE;  -- nobody appends meanwhile

-- Which fact the balances hold of each entry.
TRUNCATE loyalty.entries;
ALTER TABLE loyalty.entries ADD COLUMN till text NOT NULL, ADD COLUMN seq bigint NOT NULL;

WITH stands AS MATERIALIZED (
    SELECT DISTINCT ON (1) loyalty.as_uuid(b.body->>'id') AS id, f.till, f.seq, f.member_id,
        (b.body->>'points')::bigint AS points
    FROM loyalty.facts AS f, LATERAL (SELECT loyalty.said(f.body) AS body) AS b
    WHERE f.kind = 'entry'
    ORDER BY 1, points DESC, f.body DESC, f.till, f.seq
), kept AS (
    INSERT INTO loyalty.entries (id, till, seq) SELECT s.id, s.till, s.seq FROM stands AS s
), added AS (
    SELECT s.member_id, sum(s.points) AS points, count(*) AS entries
    FROM stands AS s GROUP BY s.member_id
)
INSERT INTO loyalty.balances AS b (member_id, points, entries)
    SELECT member_id, coalesce(a.points, 0), coalesce(a.entries, 0)
    FROM added AS a FULL JOIN loyalty.balances USING (member_id) ORDER BY member_id
    ON CONFLICT (member_id) DO UPDATE SET points = excluded.points, entries = excluded.entries
    WHERE (b.points, b.entries) IS DISTINCT FROM (excluded.points, excluded.entries);

-- Entries that a till told after p_after move the balances; new ones use up what was reserved for
-- their sale.
CREATE FUNCTION loyalty.book_facts(p_till text, p_after bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_ids uuid[];
    v_seqs bigint[];
    v_members text[];
    v_points bigint[];
    v_sources text[];
    v_new uuid[];
    v_movers text[];
    v_moves bigint[];
    v_counts integer[];
    v_spent jsonb;
BEGIN
    SELECT array_agg(t.id), array_agg(t.seq), array_agg(t.member_id), array_agg(t.points),
            array_agg(t.source)
        INTO v_ids, v_seqs, v_members, v_points, v_sources
        FROM (
            SELECT DISTINCT ON (1) loyalty.as_uuid(b.body->>'id') AS id, f.seq, f.member_id,
                (b.body->>'points')::bigint AS points, coalesce(b.body->>'source_id', '') AS source
            FROM loyalty.facts AS f, LATERAL (SELECT loyalty.said(f.body) AS body) AS b
            WHERE f.till = p_till AND f.seq > p_after AND f.kind = 'entry'
            ORDER BY 1, points DESC, f.body DESC, f.seq
        ) AS t;
    -- Rows are locked in one order everywhere: entries (those that are new, then those that were
    -- there), balances, reservations, each sorted.
    WITH made AS (
        INSERT INTO loyalty.entries AS e (id, till, seq)
            SELECT t.id, p_till, t.seq FROM unnest(v_ids, v_seqs) AS t(id, seq) ORDER BY t.id
            ON CONFLICT DO NOTHING RETURNING e.id
    )
    SELECT coalesce(array_agg(m.id), '{}') INTO v_new FROM made AS m;
    IF cardinality(v_new) < cardinality(v_ids) THEN
        PERFORM FROM loyalty.entries AS e WHERE e.id = ANY (v_ids) AND e.id <> ALL (v_new)
            ORDER BY e.id FOR UPDATE;
        -- A statement of its own: it sees what those who were waited for told.
        WITH greater AS MATERIALIZED (
            SELECT t.id, t.seq, t.member_id, t.points, o.member_id AS had, l.points AS was
            FROM unnest(v_ids, v_seqs, v_members, v_points) AS t(id, seq, member_id, points)
            JOIN loyalty.entries AS e ON e.id = t.id
            JOIN loyalty.facts AS n ON n.till = p_till AND n.seq = t.seq
            JOIN loyalty.facts AS o ON o.till = e.till AND o.seq = e.seq,
                LATERAL (SELECT (loyalty.said(o.body)->>'points')::bigint AS points) AS l
            WHERE t.id <> ALL (v_new) AND (t.points, n.body) > (l.points, o.body)
        ), kept AS (
            UPDATE loyalty.entries AS e SET till = p_till, seq = g.seq
                FROM greater AS g WHERE e.id = g.id
        )
        SELECT array_agg(m.member_id), array_agg(m.points), array_agg(m.entries)
            INTO v_movers, v_moves, v_counts
            FROM (
                SELECT g.had AS member_id, -g.was AS points, -1 AS entries FROM greater AS g
                UNION ALL SELECT g.member_id, g.points, 1 FROM greater AS g
            ) AS m;
    END IF;
    INSERT INTO loyalty.balances AS b (member_id, points, entries)
        SELECT m.member_id, sum(m.points), sum(m.entries) FROM (
            SELECT t.member_id, t.points, 1 AS entries
                FROM unnest(v_ids, v_members, v_points) AS t(id, member_id, points)
                WHERE t.id = ANY (v_new)
            UNION ALL
            SELECT * FROM unnest(v_movers, v_moves, v_counts) AS t(member_id, points, entries)
        ) AS m GROUP BY m.member_id ORDER BY m.member_id
        ON CONFLICT (member_id) DO UPDATE
        SET points = b.points + excluded.points, entries = b.entries + excluded.entries;
    SELECT jsonb_object_agg(s.source, s.points) INTO v_spent FROM (
        SELECT t.source, -sum(t.points) AS points
        FROM unnest(v_ids, v_points, v_sources) AS t(id, points, source)
        WHERE t.id = ANY (v_new) AND t.points < 0 AND t.source <> '' GROUP BY t.source
    ) AS s;
    IF v_spent IS NOT NULL THEN
        UPDATE loyalty.reservations AS r SET points = r.points - s.value::bigint
            FROM jsonb_each_text(v_spent) AS s WHERE r.sale_id = s.key;
        DELETE FROM loyalty.reservations AS r
            USING jsonb_each_text(v_spent) AS s WHERE r.sale_id = s.key AND r.points <= 0;
    END IF;
END $$;

-- Facts p_first, p_first + 1 … of the calling till, all or none; answers the last number it has.
CREATE OR REPLACE FUNCTION loyalty.append_facts(
    p_instance text, p_first bigint, p_kinds text[], p_keys text[], p_members text[],
    p_bodies bytea[], p_ats timestamptz[]
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_till text := loyalty.me();
    v_count bigint := cardinality(p_kinds);
    v_instance text;
    v_last bigint;
    v_known integer;
    v_forked bigint;
    v_era bigint;
BEGIN
    -- A till's later facts must have later transaction numbers. So the number is given after the
    -- lock, and nobody may bring one along.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'append in a transaction of its own';
    END IF;
    PERFORM pg_advisory_xact_lock(1819244396, hashtext(v_till));
    SELECT t.last_seq, t.instance INTO v_last, v_instance FROM loyalty.tills AS t
        WHERE t.code = v_till;
    IF v_instance <> p_instance THEN
        RAISE EXCEPTION USING ERRCODE = 'LH005', MESSAGE = 'another computer joined as this till';
    ELSIF p_first > v_last + 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'LH001', MESSAGE = 'gap', DETAIL = (v_last + 1)::text;
    ELSIF p_first < 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'numbers begin with 1';
    END IF;
    v_known := least(v_last - p_first + 1, v_count)::integer;
    IF v_known > 0 THEN
        SELECT min(f.seq) INTO v_forked
            FROM unnest(
                p_kinds[:v_known], p_keys[:v_known], p_members[:v_known], p_bodies[:v_known]
            ) WITH ORDINALITY AS told(kind, key, member_id, body, place)
            JOIN loyalty.facts AS f ON f.till = v_till AND f.seq = p_first + told.place - 1
            WHERE (f.kind, f.key, f.member_id, f.body)
                IS DISTINCT FROM (told.kind, told.key, told.member_id, told.body);
        IF v_forked IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'LH002', MESSAGE = 'forked', DETAIL = v_forked::text;
        END IF;
    END IF;
    IF v_known >= v_count THEN
        RETURN v_last;
    END IF;
    LOCK TABLE loyalty.facts IN ROW EXCLUSIVE MODE;  -- no era ends between here and the commit
    SELECT h.era INTO v_era FROM loyalty.hub AS h;
    INSERT INTO loyalty.facts (era, till, seq, kind, key, member_id, body, at)
        SELECT v_era, v_till, p_first + f.place - 1, f.kind, f.key, f.member_id, f.body, f.at
        FROM unnest(p_kinds, p_keys, p_members, p_bodies, p_ats) WITH ORDINALITY
            AS f(kind, key, member_id, body, at, place)
        WHERE f.place > v_known ORDER BY f.place;
    IF 'entry' = ANY (p_kinds) THEN
        PERFORM loyalty.book_facts(v_till, v_last);
    END IF;
    UPDATE loyalty.tills AS t SET last_seq = p_first + v_count - 1, last_seen = clock_timestamp()
        WHERE t.code = v_till;
    RETURN p_first + v_count - 1;
END $$;

-- Who began to append before this step, and waited for it, is told to come again.
CREATE OR REPLACE FUNCTION loyalty.book(p_members text[], p_bodies bytea[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'the hub was brought up to date: again';
END $$;

REVOKE ALL ON FUNCTION loyalty.book_facts(text, bigint) FROM PUBLIC;

-- down
LOCK TABLE loyalty.facts IN EXCLUSIVE MODE;
-- Facts p_first, p_first + 1 … of the calling till, all or none; answers the last number it has.
CREATE OR REPLACE FUNCTION loyalty.append_facts(
    p_instance text, p_first bigint, p_kinds text[], p_keys text[], p_members text[],
    p_bodies bytea[], p_ats timestamptz[]
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_till text := loyalty.me();
    v_count bigint := cardinality(p_kinds);
    v_instance text;
    v_last bigint;
    v_known integer;
    v_forked bigint;
    v_era bigint;
    v_members text[];
    v_bodies bytea[];
BEGIN
    -- A till's later facts must have later transaction numbers. So the number is given after the
    -- lock, and nobody may bring one along.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'append in a transaction of its own';
    END IF;
    PERFORM pg_advisory_xact_lock(1819244396, hashtext(v_till));
    SELECT t.last_seq, t.instance INTO v_last, v_instance FROM loyalty.tills AS t
        WHERE t.code = v_till;
    IF v_instance <> p_instance THEN
        RAISE EXCEPTION USING ERRCODE = 'LH005', MESSAGE = 'another computer joined as this till';
    ELSIF p_first > v_last + 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'LH001', MESSAGE = 'gap', DETAIL = (v_last + 1)::text;
    ELSIF p_first < 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'numbers begin with 1';
    END IF;
    v_known := least(v_last - p_first + 1, v_count)::integer;
    IF v_known > 0 THEN
        SELECT min(f.seq) INTO v_forked
            FROM unnest(
                p_kinds[:v_known], p_keys[:v_known], p_members[:v_known], p_bodies[:v_known]
            ) WITH ORDINALITY AS told(kind, key, member_id, body, place)
            JOIN loyalty.facts AS f ON f.till = v_till AND f.seq = p_first + told.place - 1
            WHERE (f.kind, f.key, f.member_id, f.body)
                IS DISTINCT FROM (told.kind, told.key, told.member_id, told.body);
        IF v_forked IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'LH002', MESSAGE = 'forked', DETAIL = v_forked::text;
        END IF;
    END IF;
    IF v_known >= v_count THEN
        RETURN v_last;
    END IF;
    LOCK TABLE loyalty.facts IN ROW EXCLUSIVE MODE;  -- no era ends between here and the commit
    SELECT h.era INTO v_era FROM loyalty.hub AS h;
    INSERT INTO loyalty.facts (era, till, seq, kind, key, member_id, body, at)
        SELECT v_era, v_till, p_first + f.place - 1, f.kind, f.key, f.member_id, f.body, f.at
        FROM unnest(p_kinds, p_keys, p_members, p_bodies, p_ats) WITH ORDINALITY
            AS f(kind, key, member_id, body, at, place)
        WHERE f.place > v_known ORDER BY f.place;
    SELECT array_agg(f.member_id ORDER BY f.place), array_agg(f.body ORDER BY f.place)
        INTO v_members, v_bodies
        FROM unnest(p_kinds, p_members, p_bodies) WITH ORDINALITY
            AS f(kind, member_id, body, place)
        WHERE f.place > v_known AND f.kind = 'entry';
    IF v_members IS NOT NULL THEN
        PERFORM loyalty.book(v_members, v_bodies);
    END IF;
    UPDATE loyalty.tills AS t SET last_seq = p_first + v_count - 1, last_seen = clock_timestamp()
        WHERE t.code = v_till;
    RETURN p_first + v_count - 1;
END $$;

-- Points of new entries move the balances and use up what was reserved for their sale.
CREATE OR REPLACE FUNCTION loyalty.book(p_members text[], p_bodies bytea[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_spent jsonb;
BEGIN
    -- Rows are locked in one order everywhere: entries, balances, reservations, each sorted.
    WITH told AS MATERIALIZED (
        SELECT DISTINCT ON (1) loyalty.as_uuid(b.body->>'id') AS id, f.member_id,
            (b.body->>'points')::bigint AS points, coalesce(b.body->>'source_id', '') AS source
        FROM unnest(p_members, p_bodies) WITH ORDINALITY AS f(member_id, body, place),
            LATERAL (SELECT loyalty.said(f.body) AS body) AS b
        ORDER BY 1, f.place
    ), new AS (
        INSERT INTO loyalty.entries (id) SELECT t.id FROM told AS t ORDER BY t.id
            ON CONFLICT DO NOTHING RETURNING id
    ), booked AS MATERIALIZED (
        SELECT t.* FROM told AS t JOIN new USING (id)
    ), moved AS (
        INSERT INTO loyalty.balances AS b (member_id, points, entries)
            SELECT k.member_id, sum(k.points), count(*) FROM booked AS k
            GROUP BY k.member_id ORDER BY k.member_id
            ON CONFLICT (member_id) DO UPDATE
            SET points = b.points + excluded.points, entries = b.entries + excluded.entries
    )
    SELECT jsonb_object_agg(s.source, s.points) INTO v_spent FROM (
        SELECT k.source, -sum(k.points) AS points FROM booked AS k
        WHERE k.points < 0 AND k.source <> '' GROUP BY k.source
    ) AS s;
    IF v_spent IS NOT NULL THEN
        UPDATE loyalty.reservations AS r SET points = r.points - s.value::bigint
            FROM jsonb_each_text(v_spent) AS s WHERE r.sale_id = s.key;
        DELETE FROM loyalty.reservations AS r
            USING jsonb_each_text(v_spent) AS s WHERE r.sale_id = s.key AND r.points <= 0;
    END IF;
END $$;

DROP FUNCTION loyalty.book_facts(text, bigint);
ALTER TABLE loyalty.entries DROP COLUMN till, DROP COLUMN seq;
