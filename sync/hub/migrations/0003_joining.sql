-- How a till comes in and goes.
--
-- Refusals: LH008 the code was used, LH009 it has expired, LH014 it is another one.
--
-- up
-- Called with a one-time password by the role it was made for: the role gets a password that only
-- the till knows (it sends what the server keeps of it, never the password itself).
CREATE FUNCTION loyalty.join_hub(
    p_secret text, p_verifier text, p_instance text, p_machine text,
    OUT hub text, OUT till text, OUT last_seq bigint
)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_invitation loyalty.invitations;
BEGIN
    SELECT t.code, t.last_seq INTO till, last_seq FROM loyalty.tills AS t
        WHERE t.role = session_user AND t.revoked_at IS NULL;
    SELECT * INTO v_invitation FROM loyalty.invitations AS i WHERE i.till = join_hub.till
        ORDER BY i.id DESC LIMIT 1 FOR UPDATE;
    IF v_invitation.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH003', MESSAGE = 'nobody was invited by this role';
    ELSIF v_invitation.secret <> sha256(convert_to(p_secret, 'UTF8')) THEN
        RAISE EXCEPTION USING ERRCODE = 'LH014', MESSAGE = 'this is not the last code';
    ELSIF v_invitation.used_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LH008', MESSAGE = 'the code was used';
    ELSIF v_invitation.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'LH009', MESSAGE = 'the code has expired';
    ELSIF p_verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$'
        OR p_instance = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'LH013', MESSAGE = 'this makes no sense';
    END IF;
    EXECUTE format(
        'ALTER ROLE %I PASSWORD %L VALID UNTIL ''infinity''', session_user, p_verifier
    );
    UPDATE loyalty.invitations AS i SET used_at = clock_timestamp() WHERE i.id = v_invitation.id;
    UPDATE loyalty.tills AS t
        SET instance = p_instance, machine = p_machine, joined_at = clock_timestamp(),
            last_seen = clock_timestamp()
        WHERE t.code = join_hub.till;
    SELECT h.id INTO hub FROM loyalty.hub AS h;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA loyalty FROM PUBLIC;

-- down
DROP FUNCTION loyalty.join_hub(text, text, text, text);
