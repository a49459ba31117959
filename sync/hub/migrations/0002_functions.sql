-- What a till may do: each function finds out who calls by the role of the session, so that no
-- till speaks for another. SECURITY DEFINER with a fixed search_path; no dynamic SQL.
--
-- Refusals have their own SQLSTATEs (sync/hub/failures.py):
--   LH001 gap (detail: the number expected)   LH002 forked (detail: the number)
--   LH003 not a till's role                   LH004 revoked
--   LH005 another computer joined as it       LH010 the hub was set back
--   LH011 facts are never changed             LH012 another till's sale
--   LH013 makes no sense
--
-- up
CREATE FUNCTION loyalty.me() RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_till text;
    v_revoked timestamptz;
BEGIN
    SELECT t.code, t.revoked_at INTO v_till, v_revoked FROM loyalty.tills AS t
        WHERE t.role = session_user AND t.joined_at IS NOT NULL;
    IF v_till IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH003', MESSAGE = 'this role is no till''s';
    ELSIF v_revoked IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH004', MESSAGE = 'this till was revoked';
    END IF;
    RETURN v_till;
END $$;

-- Entry ids are UUIDs; of any other text its hash.
CREATE FUNCTION loyalty.as_uuid(p_id text) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN p_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_id::uuid
        ELSE md5(p_id)::uuid
    END
$$;

-- First thing on a connection. Also for a role that has not joined yet.
CREATE FUNCTION loyalty.greet(OUT version integer, OUT serves_from integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM loyalty.notice_life();
    SELECT max(m.version) INTO greet.version FROM loyalty.migrations AS m;
    SELECT h.serves_from INTO greet.serves_from FROM loyalty.hub AS h;
END $$;

CREATE FUNCTION loyalty.hello(
    p_instance text, p_machine text, p_run text,
    OUT last_seq bigint, OUT now timestamptz, OUT others text[], OUT alive integer
)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_till text := loyalty.me();
    v_instance text;
    v_first timestamptz;
    v_heard timestamptz;
BEGIN
    PERFORM loyalty.notice_life();
    now := clock_timestamp();
    SELECT h.alive_seconds INTO alive FROM loyalty.hub AS h;
    SELECT t.last_seq, t.instance INTO last_seq, v_instance FROM loyalty.tills AS t
        WHERE t.code = v_till;
    IF v_instance <> p_instance THEN
        RAISE EXCEPTION USING ERRCODE = 'LH005', MESSAGE = 'another computer joined as this till';
    END IF;
    SELECT m.first_heard, m.heard_at INTO v_first, v_heard FROM loyalty.machines AS m
        WHERE m.till = v_till AND m.machine = p_machine AND m.run = p_run;
    -- Most greetings write nothing: that it is alive is noted four times in the time it counts for.
    IF v_heard IS NULL OR v_heard < now - make_interval(secs => alive / 4.0) THEN
        INSERT INTO loyalty.machines AS m (till, instance, machine, run, first_heard, heard_at)
            VALUES (v_till, p_instance, p_machine, p_run, now, now)
            ON CONFLICT (till, machine, run)
            DO UPDATE SET heard_at = excluded.heard_at, instance = excluded.instance;
        UPDATE loyalty.tills AS t SET last_seen = now, machine = p_machine WHERE t.code = v_till;
        DELETE FROM loyalty.machines AS m
            WHERE m.till = v_till AND m.heard_at < now - interval '30 days';
    END IF;
    -- On the same computer a copy shows by having spoken after this run began.
    SELECT coalesce(array_agg(DISTINCT m.machine ORDER BY m.machine), '{}') INTO others
        FROM loyalty.machines AS m
        WHERE m.till = v_till AND m.instance = p_instance
            AND m.heard_at > now - make_interval(secs => alive)
            AND (m.machine <> p_machine
                OR (m.run <> p_run AND m.heard_at > coalesce(v_first, now)));
END $$;

-- What a body says. jsonb knows no NUL; no till means one, and none is stopped by one.
CREATE FUNCTION loyalty.said(p_body bytea) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN position('\u0000' IN t.body) = 0 THEN t.body::jsonb
        ELSE regexp_replace(t.body, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::jsonb
    END FROM (SELECT convert_from(p_body, 'UTF8') AS body) AS t
$$;

-- Points of new entries move the balances and use up what was reserved for their sale.
CREATE FUNCTION loyalty.book(p_members text[], p_bodies bytea[]) RETURNS void
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

-- Facts p_first, p_first + 1 … of the calling till, all or none; answers the last number it has.
CREATE FUNCTION loyalty.append_facts(
    p_instance text, p_first bigint, p_kinds text[], p_keys text[], p_members text[],
    p_bodies bytea[], p_ats timestamptz[]
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

-- Facts behind a cursor, as far as nothing older can still commit. One row at least: "held" says
-- whether there is more that waits. One snapshot for all of it, since the function is STABLE.
CREATE FUNCTION loyalty.read_facts(p_cursor text, p_limit integer)
    RETURNS TABLE (
        held boolean, place text, till text, seq bigint, kind text, key text, member_id text,
        body bytea, at timestamptz
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_era bigint;
    v_water xid8 := pg_snapshot_xmin(pg_current_snapshot());
    v_next xid8 := pg_snapshot_xmax(pg_current_snapshot());
    v_from_era bigint := 0;
    v_from_xid xid8 := '0';
    v_from_id bigint := 0;
BEGIN
    PERFORM loyalty.me();
    SELECT h.era INTO v_era FROM loyalty.hub AS h;
    IF p_cursor <> '' THEN
        v_from_era := split_part(p_cursor, '.', 1)::bigint;
        v_from_xid := split_part(p_cursor, '.', 2)::xid8;
        v_from_id := split_part(p_cursor, '.', 3)::bigint;
        -- A replica may merely be behind; the hub itself never is.
        IF (v_from_era, v_from_xid) >= (v_era, v_next) AND NOT pg_is_in_recovery() THEN
            RAISE EXCEPTION USING ERRCODE = 'LH010', MESSAGE = 'the hub was set back';
        END IF;
    END IF;
    RETURN QUERY
        SELECT h.held, f.era || '.' || f.xid || '.' || f.id, f.till, f.seq, f.kind, f.key,
            f.member_id, f.body, f.at
        FROM (
            -- The last fact by the index; EXISTS would be planned as a look at the whole list.
            SELECT coalesce((
                SELECT (w.era, w.xid) >= (v_era, v_water) FROM loyalty.facts AS w
                ORDER BY w.era DESC, w.xid DESC, w.id DESC LIMIT 1
            ), false) AS held
        ) AS h LEFT JOIN (
            SELECT l.* FROM loyalty.facts AS l
            WHERE (l.era, l.xid, l.id) > (v_from_era, v_from_xid, v_from_id)
                AND (l.era, l.xid) < (v_era, v_water)
            ORDER BY l.era, l.xid, l.id LIMIT p_limit
        ) AS f ON true
        ORDER BY f.era, f.xid, f.id;
END $$;

-- How many facts wait for an older transaction, and since when.
CREATE FUNCTION loyalty.held_back(OUT facts bigint, OUT since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off AS $$  -- they are few, at the end of the index; it would guess a third
    SELECT count(*), min(f.received_at) FROM loyalty.facts AS f, loyalty.hub AS h
    WHERE (f.era, f.xid) >= (h.era, pg_snapshot_xmin(pg_current_snapshot()))
$$;

CREATE FUNCTION loyalty.reserve(
    p_sale text, p_member text, p_till text, p_points bigint, p_seconds integer,
    OUT granted boolean, OUT available bigint
)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_till text := loyalty.me();
    v_held loyalty.reservations;
BEGIN
    IF p_till <> v_till THEN
        RAISE EXCEPTION USING ERRCODE = 'LH003', MESSAGE = 'a till reserves for itself';
    ELSIF p_points <= 0 OR p_seconds <= 0 OR p_sale = '' OR p_member = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'nothing to reserve';
    END IF;
    INSERT INTO loyalty.balances (member_id) VALUES (p_member) ON CONFLICT DO NOTHING;
    -- One at a time for a member; whoever waited here sees in the next statement what was granted.
    PERFORM FROM loyalty.balances AS b WHERE b.member_id = p_member FOR UPDATE;
    SELECT * INTO v_held FROM loyalty.reservations AS r WHERE r.sale_id = p_sale;
    IF v_held.till <> v_till OR v_held.member_id <> p_member THEN
        RAISE EXCEPTION USING ERRCODE = 'LH012', MESSAGE = 'this sale is another''s';
    END IF;
    DELETE FROM loyalty.reservations AS r WHERE r.member_id = p_member
        AND r.until <= clock_timestamp();
    SELECT b.points - (
        SELECT coalesce(sum(r.points), 0) FROM loyalty.reservations AS r
        WHERE r.member_id = p_member AND r.sale_id <> p_sale
    ) INTO available FROM loyalty.balances AS b WHERE b.member_id = p_member;
    -- What was granted stands, whatever others booked meanwhile.
    granted := p_points <= available
        OR (v_held.until > clock_timestamp() AND v_held.points >= p_points);
    granted := coalesce(granted, false);
    IF granted THEN
        INSERT INTO loyalty.reservations AS r (sale_id, member_id, till, points, until)
            VALUES (p_sale, p_member, v_till, p_points,
                clock_timestamp() + make_interval(secs => p_seconds))
            ON CONFLICT (sale_id)
            DO UPDATE SET points = excluded.points, until = excluded.until;
    END IF;
END $$;

CREATE FUNCTION loyalty.release(p_sale text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM loyalty.reservations AS r WHERE r.sale_id = p_sale AND r.till = loyalty.me()
$$;

-- Held by the session till it ends. Taken once more for nothing where it is held already.
CREATE FUNCTION loyalty.elect(p_what text, p_held boolean) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM loyalty.me();
    RETURN p_held OR pg_try_advisory_lock(1819244397, hashtext(p_what));
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA loyalty FROM PUBLIC;

-- down
DROP FUNCTION loyalty.elect(text, boolean);
DROP FUNCTION loyalty.release(text);
DROP FUNCTION loyalty.reserve(text, text, text, bigint, integer);
DROP FUNCTION loyalty.held_back();
DROP FUNCTION loyalty.read_facts(text, integer);
DROP FUNCTION loyalty.append_facts(text, bigint, text[], text[], text[], bytea[], timestamptz[]);
DROP FUNCTION loyalty.book(text[], bytea[]);
DROP FUNCTION loyalty.said(bytea);
DROP FUNCTION loyalty.hello(text, text, text);
DROP FUNCTION loyalty.greet();
DROP FUNCTION loyalty.as_uuid(text);
DROP FUNCTION loyalty.me();
