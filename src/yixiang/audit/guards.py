"""The part of the audit that lives in the database, so that no program and no console can write past it."""

# Called by the trigger `kernel.recording.Recorded` of every recorded table.
RECORD = """
CREATE OR REPLACE FUNCTION audit_record(tbl text, op text, before jsonb, after jsonb, hidden text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who jsonb := coalesce(nullif(current_setting('yixiang.acting', true), '')::jsonb, '{}'::jsonb);
    whole jsonb := coalesce(after, before);
    changed text[] := '{}';
    key text;
BEGIN
    IF op = 'UPDATE' THEN
        SELECT coalesce(array_agg(n.key ORDER BY n.key), '{}') INTO changed
        FROM jsonb_each(after) AS n WHERE n.value IS DISTINCT FROM before -> n.key;
        IF changed = '{}' THEN
            RETURN;
        END IF;
        SELECT jsonb_object_agg(k, before -> k), jsonb_object_agg(k, after -> k) INTO before, after
        FROM unnest(changed) AS k;
    END IF;
    -- An empty value stays empty, so that setting and clearing a secret can be told apart.
    FOREACH key IN ARRAY hidden LOOP
        IF coalesce(before ->> key, '') <> '' THEN before := jsonb_set(before, ARRAY[key], '"•••"'); END IF;
        IF coalesce(after ->> key, '') <> '' THEN after := jsonb_set(after, ARRAY[key], '"•••"'); END IF;
    END LOOP;
    INSERT INTO audit_change
        (at, actor, actor_name, ip, door, request, table_name, row_id, op, before, after, changed)
    VALUES (
        clock_timestamp(), (who ->> 'actor')::bigint,
        coalesce(who ->> 'actor_name', session_user), coalesce(who ->> 'ip', host(inet_client_addr()), ''),
        coalesce(who ->> 'door', 'sql'), coalesce(who ->> 'request', ''),
        tbl, coalesce(whole ->> 'id', whole ->> audit_key_of(tbl), ''), op, before, after, changed
    );
END $$;
"""

# Called by the statement trigger of `kernel.recording.recorded_in_bulk`: what `audit_record` does, for many new rows.
RECORD_INSERTS = """
CREATE OR REPLACE FUNCTION audit_record_inserts(tbl text, rows jsonb[], hidden text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who jsonb := coalesce(nullif(current_setting('yixiang.acting', true), '')::jsonb, '{}'::jsonb);
BEGIN
    INSERT INTO audit_change
        (at, actor, actor_name, ip, door, request, table_name, row_id, op, before, after, changed)
    SELECT
        clock_timestamp(), (who ->> 'actor')::bigint,
        coalesce(who ->> 'actor_name', session_user), coalesce(who ->> 'ip', host(inet_client_addr()), ''),
        coalesce(who ->> 'door', 'sql'), coalesce(who ->> 'request', ''),
        tbl, coalesce(whole ->> 'id', whole ->> audit_key_of(tbl), ''), 'INSERT', NULL, whole || veil, '{}'
    FROM unnest(rows) WITH ORDINALITY AS one (whole, place) CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(key, '•••'), '{}') AS veil FROM unnest(hidden) AS key WHERE whole ->> key <> ''
    ) AS veiled ORDER BY place;
END $$;
"""

KEY_OF = """
CREATE OR REPLACE FUNCTION audit_key_of(tbl text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT a.attname::text FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = to_regclass(quote_ident(tbl)) AND i.indisprimary
$$;
"""

REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Even inside audit_forget nothing younger than the legal six months can go.
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '183 days'
        AND current_setting('yixiang.audit_forgetting', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

FORGET = """
CREATE OR REPLACE FUNCTION audit_forget(before timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gone bigint := 0;
    part bigint;
BEGIN
    IF audit_forget.before > now() - interval '183 days' THEN
        RAISE EXCEPTION 'the audit trail is kept for at least 183 days'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('yixiang.audit_forgetting', 'on', true);
    DELETE FROM audit_change WHERE at < audit_forget.before;
    GET DIAGNOSTICS part = ROW_COUNT;
    gone := gone + part;
    DELETE FROM audit_event WHERE at < audit_forget.before;
    GET DIAGNOSTICS part = ROW_COUNT;
    PERFORM set_config('yixiang.audit_forgetting', '', true);
    RETURN gone + part;
END $$;
"""

UNDO = """
DROP FUNCTION IF EXISTS audit_forget(timestamptz);
DROP FUNCTION IF EXISTS audit_refuse() CASCADE;
DROP FUNCTION IF EXISTS audit_record(text, text, jsonb, jsonb, text[]);
DROP FUNCTION IF EXISTS audit_key_of(text);
"""


def append_only(table: str) -> str:
    return f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION audit_refuse();
    """


def never_emptied(table: str) -> str:
    return f"""
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
    """


# A look at somebody's personal data is kept by the room of people, who see it; the audit administrator sees it here.
WATCH_LOOKS = """
CREATE OR REPLACE FUNCTION audit_note_look() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who jsonb := coalesce(nullif(current_setting('yixiang.acting', true), '')::jsonb, '{}'::jsonb);
BEGIN
    INSERT INTO audit_event (at, actor, actor_name, ip, door, request, kind, subject, detail)
    VALUES (
        clock_timestamp(), NEW.viewer_id, NEW.viewer_label, coalesce(who ->> 'ip', ''),
        coalesce(who ->> 'door', 'sql'), coalesce(who ->> 'request', ''), 'personal-data', NEW.what,
        jsonb_build_object('人员编号', NEW.subject_id, '用途', NEW.purpose)
    );
    RETURN NULL;
END $$;
CREATE TRIGGER audit_note_look AFTER INSERT ON people_personaldataview
    FOR EACH ROW EXECUTE FUNCTION audit_note_look();
"""

UNWATCH_LOOKS = """
DROP TRIGGER IF EXISTS audit_note_look ON people_personaldataview;
DROP FUNCTION IF EXISTS audit_note_look();
"""
